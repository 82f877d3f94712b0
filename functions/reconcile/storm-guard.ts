// Holds a storm back: of all resources that a run judges by a profile with a guard, only so many turn False in it.

import type { Failure } from "../core/errors.ts";
import type { ClusterEntry } from "../core/fleet/fleet.ts";
import { type Resource, resourceId } from "../core/kubernetes/resource.ts";
import { type ClusterOutcome, type ResourceOutcome, resourceName } from "../core/outcome/outcome.ts";
import { allowedBy, type Guard } from "../core/profile/guard.ts";
import type { NamedProfile, Profile } from "../core/profile/profile.ts";
import { coversKind } from "../core/verdict/matching.ts";
import { keyOf } from "../state/state.ts";

/** What keeps a resource from being turned False now, undefined where nothing does. */
export type Hold = (profile: Profile, resource: Resource) => Failure | undefined;

/** What one run knows of its storms. */
export type StormGuard = {
  /** Counts the resources of a cluster, once, before any of them is held. */
  look(entry: ClusterEntry, resources: readonly Resource[]): void;
  hold(entry: ClusterEntry): Hold;
  /** The clusters with resources that were held, and need not be, now that more of the fleet is counted. */
  released(): ReadonlySet<string>;
};

type Ledger = {
  /** How many resources were counted. */
  total: number;
  readonly counted: Set<string>;
  readonly turned: Set<string>;
  /** The clusters of those that wait. */
  readonly waiting: Map<string, string>;
  readonly guard: Guard;
};

/** A push sees one cluster, and no storm: the tick writes what turns False. */
export const holdOfPush: Hold = ({ guard }) =>
  guard && { code: "postponed", message: "its profile has a guard, so that what a push finds False waits for the tick" };

export function openStormGuard(): StormGuard {
  const ledgers = new Map<string, Ledger>();
  const ledgerOf = ({ name, guard }: NamedProfile): Ledger | undefined => {
    const known = ledgers.get(name);
    if (known !== undefined || guard === undefined) return known;
    const ledger = { guard, total: 0, counted: new Set<string>(), turned: new Set<string>(), waiting: new Map<string, string>() };
    ledgers.set(name, ledger);
    return ledger;
  };
  return {
    look({ name, profiles }, resources) {
      for (const profile of profiles) {
        const ledger = ledgerOf(profile);
        if (ledger === undefined || ledger.counted.has(name)) continue;
        ledger.counted.add(name);
        ledger.total += resources.filter((resource) => coversKind(profile, resource)).length;
      }
    },
    hold: ({ name, profiles }) => {
      return (profile, resource) => {
        const named = profiles.find((one) => one === profile);
        const ledger = named && ledgerOf(named);
        return ledger && heldBy(ledger, name, resource);
      };
    },
    released: () => new Set([...ledgers.values()].flatMap((ledger) => [...ledger.waiting.values()].slice(0, Math.max(0, leftOf(ledger))))),
  };
}

function leftOf({ guard, total, turned }: Ledger): number {
  return allowedBy(guard, total) - turned.size;
}

function heldBy(ledger: Ledger, cluster: string, resource: Resource): Failure | undefined {
  const { guard, turned, waiting } = ledger;
  const key = `${cluster} ${resourceName(resourceId(resource))}`;
  if (turned.has(key) || leftOf(ledger) > 0) {
    turned.add(key);
    waiting.delete(key);
    return undefined;
  }
  waiting.set(key, cluster);
  return { code: "held", message: `its profile's guard holds it back: more than ${guard.false} of the resources would turn False at once` };
}

/** What two passes of one run over a cluster did: the second wrote what the first held back. */
export function mergePasses(first: ClusterOutcome, second: ClusterOutcome | undefined): ClusterOutcome {
  if (second?.was !== first.was) return first;
  const later = new Map(second.resources.map((outcome) => [keyOf(outcome), outcome]));
  const resources = first.resources.map((outcome) => laterOf(outcome, later.get(keyOf(outcome))));
  return { ...first, resources, ms: first.ms + second.ms };
}

function laterOf(first: ResourceOutcome, second: ResourceOutcome | undefined): ResourceOutcome {
  return second !== undefined && (second.was === "patched" || isHeld(first)) ? second : first;
}

function isHeld(outcome: ResourceOutcome): boolean {
  return outcome.was === "refused" && outcome.code === "held";
}
