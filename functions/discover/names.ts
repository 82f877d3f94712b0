// https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names
const LONGEST = 63;
const LONGEST_PLACE = 31;

/** What a cluster may be called in a fleet, the best first; by its place as well where it shares its own name with others. */
export function candidateNames(name: string, within: string, isShared: boolean): readonly string[] {
  const plain = toLabel(name);
  const inPlace = joined(plain, toLabel(within).slice(0, LONGEST_PLACE));
  return isShared ? [inPlace] : [plain, inPlace];
}

/** A name as a DNS-1123 label. */
export function toLabel(text: string): string {
  const label = text.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return trimmed(label.slice(0, LONGEST)) || "cluster";
}

function joined(label: string, suffix: string): string {
  const end = trimmed(suffix);
  return `${trimmed(label.slice(0, LONGEST - 1 - end.length))}-${end}`;
}

function trimmed(label: string): string {
  return label.replace(/^-+|-+$/g, "");
}

/** The best name that nobody has yet, with a number where all are taken. */
export function firstFree(names: readonly string[], taken: ReadonlySet<string>): string {
  const free = names.find((name) => !taken.has(name));
  if (free !== undefined) return free;
  const last = names.at(-1) ?? "cluster";
  let number = 2;
  while (taken.has(joined(last, String(number)))) number += 1;
  return joined(last, String(number));
}
