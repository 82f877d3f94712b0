// The table of what an installed alertstatus is asked to do before it is released; a new command is one more row.

/** What is typed, and what has to come of it. `FLEET` in a word is the fleet file of the scene. */
export type Step = {
  readonly typed: readonly [program: "alertstatus" | "kubectl", ...words: string[]];
  /** What stdout has to say. */
  readonly says: RegExp;
  /** 0 where nothing is said. */
  readonly code?: number;
};

/** Asked once for each Node. */
export const steps: readonly Step[] = [
  { typed: ["alertstatus", "--version"], says: /^alertstatus \d+\.\d+\.\d+\n$/ },
  { typed: ["alertstatus", "--help"], says: /^Usage: alertstatus \[options\] \[command\]\n/ },
  { typed: ["alertstatus", "fleet", "push", "--help"], says: /^Usage: alertstatus fleet push / },
  { typed: ["alertstatus", "completion", "bash"], says: /complete -o default -F _alertstatus alertstatus/ },
  { typed: ["alertstatus", "__complete", "--", "fleet", "va"], says: /^validate\t.*\n:4\n$/ },
  { typed: ["alertstatus", "fleet", "schema"], says: /"\$id": "https:\/\/unpkg\.com\/alertstatus@/ },
  { typed: ["alertstatus", "profile", "show", "kyma-telemetry"], says: /my-kyma-telemetry:/ },
  { typed: ["alertstatus", "profile", "list"], says: /^kyma-telemetry [\s\S]*^cloudnative-pg-cluster /m },
  { typed: ["alertstatus", "rules", "render"], says: /TraceGatewayAllDataDropped/ },
  { typed: ["alertstatus", "deploy", "--help"], says: /--param <name=value>/ },
  { typed: ["alertstatus", "replay", "--help"], says: /^Usage: alertstatus replay / },
  { typed: ["alertstatus", "history", "--help"], says: /^Usage: alertstatus history / },
  { typed: ["kubectl", "alertstatus", "--version"], says: /^alertstatus \d+\.\d+\.\d+\n$/ },
  { typed: ["kubectl", "alertstatus", "fleet", "--help"], says: /^Usage: kubectl alertstatus fleet / },
  { typed: ["kubectl", "__complete", "alertstatus", "fleet", "va"], says: /^validate\t.*\n:4\n/ },
];

/** Asked of each scene: one cluster with a pipeline, about which an alert fires. */
export const stepsInScene: readonly Step[] = [
  { typed: ["alertstatus", "init"], says: /^ +- name: prod$/m },
  { typed: ["alertstatus", "fleet", "validate", "--fleet", "FLEET"], says: /^valid: 1 cluster\n$/ },
  { typed: ["alertstatus", "explain", "--fleet", "FLEET", "--cluster", "prod"], says: /TraceGatewayAllDataDropped/ },
  { typed: ["alertstatus", "reconcile", "--fleet", "FLEET", "--dry-run", "-o", "json"], says: /"was": "planned"/ },
  { typed: ["kubectl", "alertstatus", "reconcile", "--fleet", "FLEET", "-o", "json"], says: /"was": "patched"/ },
  { typed: ["alertstatus", "reconcile", "--fleet", "FLEET", "-o", "json"], says: /"was": "unchanged"/ },
  { typed: ["alertstatus", "status", "--fleet", "FLEET"], says: /False/ },
  { typed: ["alertstatus", "cleanup", "--fleet", "FLEET", "--cluster", "prod"], says: /cleaned/ },
];

/** What any command says, to stderr and with code 2, on a Node that is too old. */
export const TOO_OLD = /^(kubectl )?alertstatus needs Node 24 or newer, and this is v/;
