import * as z from "zod/mini";
import en from "zod/v4/locales/en.js";

// The small zod brings no language of its own; a wrong type is told in the words of YAML, and here alone its input is at hand.
z.config({ ...en(), customError: (issue) => (issue.code === "invalid_type" ? typeProblem(issue.expected, issue.input) : undefined) });

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** What is wrong with a document, a line each: the path in it, and what is expected there. Values are never repeated: one may be a secret. */
export function validationErrors(error: z.core.$ZodError, place: (path: Path) => Path = (path) => path): string[] {
  return error.issues.flatMap((issue) => innermost(issue)).map(({ path, message }) => `${pathText(place(path))}: ${message}`);
}

type Said = { readonly path: Path; readonly message: string };

// A union fails with the problems of every arm; the arm that got deepest into the document is the one that was meant.
function innermost(issue: Issue): readonly Said[] {
  if (issue.code === "unrecognized_keys")
    return [{ path: issue.path, message: `there is no field ${issue.keys.map(nameOnly).join(", ")}` }];
  if (issue.code === "invalid_key") return issue.issues.map(({ message }) => ({ path: issue.path, message }));
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return [issue];
  const deepest = Math.max(...issue.errors.map(depth));
  const [meant, ...others] = issue.errors.filter((arm) => depth(arm) === deepest);
  if (meant === undefined || others.length > 0) return [issue];
  return meant.flatMap((inner) => innermost({ ...inner, path: [...issue.path, ...inner.path] }));
}

const WORDS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  record: "a map",
  null: "an empty value",
};

function typeProblem(expected: string, input: unknown): string | undefined {
  const wanted = WORDS[expected];
  if (wanted === undefined) return undefined;
  return input === undefined ? `${wanted} is needed here` : `${wanted} is expected, not ${typeText(input)}`;
}

function typeText(input: unknown): string {
  if (typeof input === "number" && !Number.isFinite(input)) return String(input);
  const type = input === null ? "null" : Array.isArray(input) ? "array" : typeof input;
  return WORDS[type] ?? type;
}

function depth(arm: readonly Issue[]): number {
  return Math.min(
    ...arm.map((issue) => issue.path.length + (issue.code === "invalid_union" ? Math.max(0, ...issue.errors.map(depth)) : 0)),
  );
}

// `{password:hunter2}`, without a space after the colon, is a key too.
function nameOnly(key: string): string {
  const name = /^[\w.-]*/.exec(key)?.[0] ?? "";
  return name === key ? name : `${name}…`;
}

/** A place in a document as people write it: `clusters[0].alerts.url`. */
export function pathText(path: Path): string {
  return path.reduce<string>(pathWith, "") || "(top level)";
}

function pathWith(text: string, step: PropertyKey): string {
  if (typeof step === "number") return `${text}[${step}]`;
  return text === "" ? String(step) : `${text}.${String(step)}`;
}

/** Text that a pattern fits; `message` says what is expected instead. */
export function matching(pattern: RegExp, message: string) {
  return z.string().check(z.regex(pattern, message));
}
