// What is known of a cluster, as the table keeps it and as a live look makes it.

import type { Code } from "../core/errors.ts";
import type { ClusterOutcome } from "../core/outcome/outcome.ts";

export type Labels = Readonly<Record<string, string>>;
export type Id = { readonly apiVersion: string; readonly kind: string; readonly namespace?: string; readonly name: string };
export type Said = { readonly status: string; readonly reason: string };
/** How a cluster was reached, or why it was not. */
export type Reach = { readonly was: ClusterOutcome["was"]; readonly code?: Code };

/** What one profile says of one resource. Times are RFC 3339; `since` is the condition's own transition time. */
export type ResourceState = Id & {
  /** The profile whose verdict it is; undefined where the resource as a whole could not be judged. */
  readonly profile?: string;
  /** Undefined where nothing of alertstatus stands there. */
  readonly condition?: Said & { readonly type: string; readonly message: string; readonly since: string };
  readonly because: readonly string[];
  readonly isWarmingUp?: true;
  /** Why the condition could not be written: then what stands says what was so before. */
  readonly refused?: Code;
  /** The other writer of the condition. */
  readonly contestedBy?: string;
};

/** What changed: a condition, or how a cluster was reached; null is nothing. */
export type Change = {
  /** RFC 3339. */
  readonly at: string;
  readonly cluster: string;
  readonly resource?: Id;
  /** The profile whose verdict changed. */
  readonly profile?: string;
  /** The type of the condition. */
  readonly type?: string;
  readonly from: Said | Reach | null;
  readonly to: Said | Reach | null;
  readonly because: readonly string[];
  /** How many more changed in the same run, and are counted only. */
  readonly omitted?: number;
};

/** `omitted` counts the resources beyond the bound, by the status of their conditions. */
export type Kept = { readonly resources: readonly ResourceState[]; readonly omitted?: Readonly<Record<string, number>> };

/** What is known of one cluster. While it is not reached, `resources` say what was so when it last was. */
export type ClusterState = Reach &
  Kept & {
    readonly cluster: string;
    readonly labels: Labels;
    readonly message?: string;
    /** When it began to be reached like this, RFC 3339. */
    readonly since: string;
    /** Why its alerts cannot be read. */
    readonly alerts?: Code;
    readonly unlisted?: readonly { readonly kind: string; readonly code: Code }[];
    /** When its alerts or one of its kinds began to be unreadable, RFC 3339. */
    readonly unreadSince?: string;
    /** The fingerprint of the outcome that this was made of. */
    readonly seen: string;
    /** The latest changes, until they become an item of the history. */
    readonly recent: readonly Change[];
  };

type Judged = Id & { readonly profile?: string; readonly condition?: { readonly type: string } };

/** A key for what one profile says of one resource, in whichever mode. */
export function keyOf(judged: Judged): string {
  return `${resourceKey(judged)}\n${judged.profile ?? judged.condition?.type}`;
}

/** A key for a resource. */
export function resourceKey({ apiVersion, kind, namespace, name }: Id): string {
  return [apiVersion.split("/")[0], kind, namespace, name].join("\n");
}
