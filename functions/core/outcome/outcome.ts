// What a run did, as data: log, metrics, bus, terminal and exit code all say what these types say.
import type { Code, Failure } from "../errors.ts";
import type { Unmatched } from "../verdict/unmatched.ts";
import type { Crash } from "./crash.ts";

type Said = { readonly status: string; readonly reason: string };
type Id = { readonly apiVersion: string; readonly kind: string; readonly name: string; readonly namespace?: string };

/** A condition as the run judged it; `since` is when what stands there took this status, RFC 3339. */
export type Judged = Said & { readonly type: string; readonly message: string; readonly since?: string };

/** `isWarmingUp`: it is too early to tell. `isObserved`: the mode writes nothing, so that the state alone knows what was so before. */
type Judgement = {
  readonly condition: Judged;
  readonly before?: Said;
  readonly because: readonly string[];
  readonly isWarmingUp?: true;
  readonly isObserved?: true;
};

/** What happened to one resource: "it was patched", "it was skipped". */
export type ResourceOutcome = Id & {
  /** The profile whose verdict it is; undefined where the resource as a whole could not be judged. */
  readonly profile?: string;
} & (
    | (Judgement & { readonly was: "planned" | "unchanged" })
    /** `eventRefused`: why no Event tells of it, though the fleet asks for one. */
    | (Judgement & { readonly was: "patched"; readonly eventRefused?: Failure })
    | { readonly was: "skipped"; readonly why: "deleting" | "no flow" }
    /** Another writer set this condition a moment ago and says otherwise; `by` is the field manager, where it is known. */
    | { readonly was: "skipped"; readonly why: "contested"; readonly by?: string }
    /** With the verdict that is not written, where there was one. */
    | (Failure & Partial<Judgement> & { readonly was: "refused" })
  );

export type Patched = Extract<ResourceOutcome, { was: "patched" }>;
export type Observed = Extract<ResourceOutcome, { was: "planned" | "unchanged" }> & { readonly isObserved: true };
export type Refused = Extract<ResourceOutcome, { was: "refused" }>;

export type AlertsOutcome =
  | {
      readonly was: "read";
      /** Those that some profile of the cluster names. */
      readonly firing: number;
      readonly pending: number;
      /** All other entries of the answer, where there are any. */
      readonly others?: number;
      /** Alerts that fire and count for no resource of the cluster, and what each nearly counted for. */
      readonly unmatched?: readonly Unmatched[];
      /** Why an Alertmanager did not say which of them are silenced: then all of them count. */
      readonly silencesUnreadable?: Failure;
    }
  | (Failure & { readonly was: "unreadable" });

/** What happened to one cluster. `ms` is how long it took; `code` and `message` say what stood in the way, `crash` where in the code. */
export type ClusterOutcome = {
  readonly cluster: string;
  readonly was: "reconciled" | "unreachable" | "forbidden" | "misconfigured" | "paused" | "late" | "crashed";
  readonly alerts?: AlertsOutcome;
  readonly resources: readonly ResourceOutcome[];
  readonly unlisted: readonly (Failure & { readonly kind: string })[];
  readonly code?: Code;
  readonly message?: string;
  readonly crash?: Crash;
  /** Of one that cannot be reached: when this process first found it so, RFC 3339. */
  readonly since?: string;
  /** It stays unreachable, and only a probe was sent. */
  readonly isProbed?: true;
  /** Why its Lease was not renewed, though the fleet asks for a heartbeat. */
  readonly heartbeatRefused?: Failure;
  readonly ms: number;
};

/** Whether nothing of the cluster could be listed, for one cause that the cluster's outcome already names. */
export function isOutOfReach({ was }: Pick<ClusterOutcome, "was">): boolean {
  return was === "unreachable" || was === "forbidden";
}

/** `tracepipeline/checkout`, as kubectl names an object; with its namespace in the middle where it has one. */
export function resourceName({ kind, namespace, name }: Pick<Id, "kind" | "namespace" | "name">): string {
  return [kind.toLowerCase(), namespace, name].filter((part) => part !== undefined).join("/");
}

/** Whether more than one profile is at work, so that readers have to be told whose verdict each is. */
export function hasSeveralProfiles(all: readonly { readonly profile?: string }[]): boolean {
  return new Set(all.flatMap(({ profile }) => profile ?? [])).size > 1;
}

/** How many of each, over a whole run. */
export type Summary = {
  readonly clusters: Readonly<Record<ClusterOutcome["was"], number>>;
  /** `contested` ones were skipped too, and are counted apart. */
  readonly resources: Readonly<Record<ResourceOutcome["was"] | "contested", number>>;
  /** The judged conditions by status, written or not. */
  readonly conditions: Readonly<Record<"True" | "False" | "Unknown", number>>;
  readonly alertsUnreadable: number;
  readonly kindsUnlisted: number;
};

export function summarize(outcomes: readonly ClusterOutcome[]): Summary {
  const clusters = { reconciled: 0, unreachable: 0, forbidden: 0, misconfigured: 0, paused: 0, late: 0, crashed: 0 };
  const resources = { patched: 0, planned: 0, unchanged: 0, skipped: 0, contested: 0, refused: 0 };
  const conditions = { True: 0, False: 0, Unknown: 0 };
  for (const outcome of outcomes) {
    clusters[outcome.was]++;
    for (const resource of outcome.resources) {
      resources[countedAs(resource)]++;
      const status = judgedCondition(resource)?.status;
      if (status === "True" || status === "False" || status === "Unknown") conditions[status]++;
    }
  }
  return {
    clusters,
    resources,
    conditions,
    alertsUnreadable: outcomes.filter(({ alerts }) => alerts?.was === "unreadable").length,
    kindsUnlisted: outcomes.reduce((sum, { unlisted }) => sum + unlisted.length, 0),
  };
}

/** The condition as it was judged; undefined where it was not. */
export function judgedCondition(outcome: ResourceOutcome): Judged | undefined {
  return "condition" in outcome ? outcome.condition : undefined;
}

function countedAs(outcome: ResourceOutcome): ResourceOutcome["was"] | "contested" {
  return isContested(outcome) ? "contested" : outcome.was;
}

/** Whether the condition is left to another writer. */
export function isContested(outcome: ResourceOutcome): boolean {
  return outcome.was === "skipped" && outcome.why === "contested";
}

/** What decided on the condition; empty where it was not judged. */
export function becauseOf(outcome: ResourceOutcome): readonly string[] {
  return ("because" in outcome && outcome.because) || [];
}
