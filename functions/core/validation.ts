// Turns zod's issues into lines that name the place in a document and what is expected there, and never a value.

import * as z from "zod/mini";
import en from "zod/v4/locales/en.js";

// zod/mini comes without messages. A wrong type is described in the terms of YAML, and only this hook sees the input.
z.config({ ...en(), customError: (issue) => (issue.code === "invalid_type" ? typeProblem(issue.expected, issue.input) : undefined) });

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** The errors of a document, one line each: the path, and what is expected there. No line repeats a value, for it may be a secret. */
export function validationErrors(error: z.core.$ZodError, place: (path: Path) => Path = (path) => path): string[] {
  return error.issues.flatMap((issue) => innermost(issue)).map(({ path, message }) => `${pathText(place(path))}: ${message}`);
}

type Problem = { readonly path: Path; readonly message: string };

// A union fails with the issues of every arm; the arm that matched deepest into the document is the intended one.
function innermost(issue: Issue): readonly Problem[] {
  if (issue.code === "unrecognized_keys")
    return [{ path: issue.path, message: `there is no field ${issue.keys.map(nameOnly).join(", ")}` }];
  if (issue.code === "invalid_key") return issue.issues.map(({ message }) => ({ path: issue.path, message }));
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return [issue];
  const deepest = Math.max(...issue.errors.map(depth));
  const [intended, ...others] = issue.errors.filter((arm) => depth(arm) === deepest);
  if (intended === undefined || others.length > 0) return [issue];
  return intended.flatMap((inner) => innermost({ ...inner, path: [...issue.path, ...inner.path] }));
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  record: "a map",
  null: "an empty value",
};

function typeProblem(expected: string, input: unknown): string | undefined {
  const name = TYPE_NAMES[expected];
  if (name === undefined) return undefined;
  return input === undefined ? `${name} is needed here` : `${name} is expected, not ${typeText(input)}`;
}

function typeText(input: unknown): string {
  if (typeof input === "number" && !Number.isFinite(input)) return String(input);
  const type = input === null ? "null" : Array.isArray(input) ? "array" : typeof input;
  return TYPE_NAMES[type] ?? type;
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

/** A path in a document, such as `clusters[0].alerts.url`. */
export function pathText(path: Path): string {
  return path.reduce<string>(pathWith, "") || "(top level)";
}

function pathWith(text: string, step: PropertyKey): string {
  if (typeof step === "number") return `${text}[${step}]`;
  return text === "" ? String(step) : `${text}.${String(step)}`;
}

/** A string that matches a pattern; `message` says what is expected instead. */
export function matching(pattern: RegExp, message: string) {
  return z.string().check(z.regex(pattern, message));
}
