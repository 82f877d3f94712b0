// Turns the names of found clusters into free DNS-1123 labels for the fleet.

// https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names
const MAX_LENGTH = 63;
const MAX_PLACE_LENGTH = 31;

/** The names that a cluster may get in the fleet, the best first: with its place where other clusters share its own name. */
export function candidateNames(name: string, within: string, isShared: boolean): readonly string[] {
  const plain = toLabel(name);
  const inPlace = join(plain, toLabel(within).slice(0, MAX_PLACE_LENGTH));
  return isShared ? [inPlace] : [plain, inPlace];
}

/** The nearest DNS-1123 label. */
export function toLabel(text: string): string {
  const label = text.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return trimDashes(label.slice(0, MAX_LENGTH)) || "cluster";
}

function join(label: string, suffix: string): string {
  const end = trimDashes(suffix);
  return `${trimDashes(label.slice(0, MAX_LENGTH - 1 - end.length))}-${end}`;
}

function trimDashes(label: string): string {
  return label.replace(/^-+|-+$/g, "");
}

/** The best name that is free, with a number where all are taken. */
export function firstFree(names: readonly string[], taken: ReadonlySet<string>): string {
  const free = names.find((name) => !taken.has(name));
  if (free !== undefined) return free;
  const last = names.at(-1) ?? "cluster";
  let number = 2;
  while (taken.has(join(last, String(number)))) number += 1;
  return join(last, String(number));
}
