// An example or two of each command, as its help shows them.

const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  reconcile: [
    "reconcile --fleet fleet.yml --dry-run",
    "reconcile --selector 'region=eu,tier!=test' --watch 15s",
    "reconcile --cluster 'prod-*' --fail-on False,Unknown",
  ],
  explain: ["explain --cluster prod-eu-1 tracepipeline/checkout"],
  replay: ["replay --fleet fleet.yml --cluster prod-eu-1 --since 7d"],
  doctor: ["doctor --cluster prod-eu-1", "doctor --selector tier=prod --output name", "doctor --stage prod"],
  cleanup: ["cleanup --fleet fleet.yml --cluster prod-eu-1 --dry-run"],
  init: ["init > fleet.yml", "init --contexts 'prod-*' > fleet.yml"],
  "fleet validate": ["fleet validate --fleet fleet.yml", "cat fleet.yml | alertstatus fleet validate --fleet - --for stack"],
  status: [
    "status --stage prod --not True",
    "status --stage prod --status Unknown --for 1h --by label:region",
    "status --stage prod -o html > status.html",
    "status --stage prod --compare kyma-telemetry,v2",
    "status --fleet fleet.yml -w",
  ],
  history: ["history --stage prod --since 22:00", "history --stage prod --cluster prod-eu-1 --since 7d -o json"],
  "fleet diff": ["fleet diff --fleet fleet.yml --stage prod"],
  "fleet history": ["fleet history --stage prod"],
  "fleet rollback": ["fleet rollback VERSION --stage prod --dry-run"],
  "fleet pause": ["fleet pause prod-eu-1 --for 2h --why upgrade --stage prod"],
  "fleet resume": ["fleet resume 'prod-*' --stage prod"],
  "fleet promote": ["fleet promote prod-eu-1 --fleet fleet.yml", "fleet promote prod-eu-1 --profile v2 --stage prod --yes"],
  "fleet push": ["fleet push --fleet fleet.yml --stage prod", "fleet push --fleet fleet.yml --to s3://bucket/fleet.yml --dry-run"],
  "fleet discover": ["fleet discover --eks --region eu-central-1 > fleet.yml", "fleet discover --kubeconfig-secrets --fleet fleet.yml"],
  "rules render": ["rules render --profile kyma-telemetry", "rules render --fleet fleet.yml --format prometheusrule | kubectl apply -f -"],
  "rules sync": ["rules sync --fleet fleet.yml --cluster prod-eu-1 --dry-run"],
  "rbac render": ["rbac render --fleet fleet.yml --cluster prod-eu-1 | kubectl --context prod-eu-1 apply -f -"],
  "profile list": ["profile list"],
  "profile show": ["profile show kyma-telemetry", "profile show cert-manager-certificate"],
  "profile add": ["profile add cloudnative-pg-cluster --fleet fleet.yml --cluster prod-eu-1 > new.yml"],
  "profile render": ["profile render cloudnative-pg-cluster --into deploy/alertstatus/cloudnative-pg"],
  "profile test": ["profile test cases.yml"],
  "receiver token": ["receiver token --stage prod --cluster prod-eu-1"],
  "receiver config": ["receiver config --stage prod --cluster prod-eu-1 --format alertmanager"],
  deploy: ["deploy --stage prod --param alarmEmail=oncall@example.org"],
  completion: ["completion bash"],
  "fleet schema": ["fleet schema > fleet.schema.json"],
  __complete: ["__complete -- fleet va"],
  version: ["version"],
};

/** The examples of a command such as `fleet push`, by the name that it was started by; empty where there are none. */
export function examplesText(command: string, program: string): string {
  const examples = EXAMPLES[command] ?? [];
  const lines = examples.map((one) => `  ${one.includes(PIPED) ? one.replace(PIPED, `| ${program} `) : `${program} ${one}`}`);
  return examples.length === 0 ? "" : `\nExamples:\n${lines.join("\n")}`;
}

/** Where an example is a pipe that ends in the command. */
const PIPED = "| alertstatus ";
