import type { FleetDiff } from "../core/fleet/diff.ts";

const MOST_NAMES = 10;

/** A line for each cluster that is not as before. */
export function changeLines({ added, removed, changed }: FleetDiff): readonly string[] {
  return [
    ...added.map((name) => `added    ${name}`),
    ...removed.map((name) => `removed  ${name}`),
    ...changed.map((name) => `changed  ${name}`),
  ];
}

export function summaryOf({ added, removed, changed }: FleetDiff): string {
  return `${added.length} added, ${removed.length} removed, ${changed.length} changed`;
}

export function nameList(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** How to take away what we wrote into clusters that nobody looks at any more. The version before still knows the way in. */
export function cleanupLines(removed: readonly string[], to: string, versionId: string | undefined): readonly string[] {
  if (removed.length === 0) return [];
  const fleet = versionId === undefined ? "FLEET-BEFORE" : `'${to}?versionId=${versionId}'`;
  return [
    "What we wrote stays in clusters that leave the fleet. To take it away, in a minute, when no function holds the fleet before any more:",
    ...removed.map((name) => `  npm run -s cli -- cleanup --fleet ${fleet} --cluster ${name}`),
    ...(versionId === undefined ? ["FLEET-BEFORE is your own copy of the fleet that held them: this bucket keeps no versions."] : []),
  ];
}
