// Makes odd documents out of good ones: some value in it becomes another, is there twice, or is gone.

type Random = () => number;

const LONE_SURROGATE = JSON.parse('"\\ud800"');
const deep = (levels: number): unknown => JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`);
const proto = (): unknown => JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{}}}');

const odd: readonly (() => unknown)[] = [
  () => null,
  () => true,
  () => 0,
  () => -1e308,
  () => Number.MAX_SAFE_INTEGER + 2,
  () => "",
  () => "__proto__",
  () => "\u0000\u001b[2J\u202e",
  () => LONE_SURROGATE,
  () => "../../etc/passwd",
  () => "0001-01-01T00:00:00Z",
  () => "NaN",
  () => [],
  () => ({}),
  () => [[null]],
  proto,
];
const large: readonly (() => unknown)[] = [
  () => "x".repeat(200_000),
  () => deep(5_000),
  () => Array.from({ length: 10_000 }, (_, index) => index),
  () => Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`key-${index}`, "x"])),
  () => Array.from({ length: 3_000 }, () => ({ labels: { alertname: "A" }, name: "x", metadata: {} })),
];
const RARELY = 0.0005;

/** A generator of numbers from 0 to 1 that repeats itself for the same seed. https://en.wikipedia.org/wiki/Xorshift */
export function randomFrom(seed: number): Random {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** A copy of the document with one to three odd places. */
export function mutate(document: unknown, random: Random): unknown {
  let mutant = structuredClone(document);
  for (let count = 1 + Math.floor(random() * 3); count > 0; count--) mutant = mutateOnce(mutant, random);
  return mutant;
}

function mutateOnce(value: unknown, random: Random): unknown {
  if (typeof value !== "object" || value === null || random() < 0.15) return pick(random() < RARELY ? large : odd, random)();
  const keys = Object.keys(value);
  const key = pick(keys, random);
  if (key === undefined) return pick(odd, random)();
  const holder: Record<string, unknown> = value as Record<string, unknown>;
  const choice = random();
  if (choice < 0.1 && !Array.isArray(value)) delete holder[key];
  else if (choice < 0.2 && Array.isArray(value)) value.push(holder[key]);
  else holder[key] = mutateOnce(holder[key], random);
  return value;
}

function pick<T>(list: readonly T[], random: Random): T {
  return list[Math.floor(random() * list.length)]!;
}
