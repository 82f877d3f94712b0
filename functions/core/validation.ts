// Turns zod's issues into problems that name the place in a document and what is expected there, and never a value.

import * as z from "zod/mini";
import en from "zod/v4/locales/en.js";
import { orNearest } from "./nearest.ts";

// zod/mini comes without messages. A wrong type is described in the terms of YAML; only this hook sees the input, and the fields that there are.
z.config({
  ...en(),
  customError: (issue) => {
    if (issue.code === "invalid_type") return typeProblem(issue.expected, issue.input);
    return issue.code === "unrecognized_keys" ? fieldProblem(issue.keys, issue.inst) : undefined;
  },
});

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** What is wrong at a place of a document; `field` is the one that is not expected there. No message repeats a value, for it may be a secret. */
export type Problem = { readonly path: Path; readonly message: string; readonly field?: string };

/** The problems of a document; `place` is where the document stands in a larger one. */
export function validationProblems(error: z.core.$ZodError, place: (path: Path) => Path = (path) => path): readonly Problem[] {
  return error.issues.flatMap((issue) => innermost(issue)).map((problem) => ({ ...problem, path: place(problem.path) }));
}

/** The problems of a document, one line each. */
export function validationErrors(error: z.core.$ZodError): string[] {
  return validationProblems(error).map(problemText);
}

/** `clusters[0].mode: …`. */
export function problemText({ path, message }: Problem): string {
  return `${pathText(path)}: ${message}`;
}

// A union fails with the issues of every arm; the arm that matched deepest into the document is the intended one.
function innermost(issue: Issue): readonly Problem[] {
  if (issue.code === "unrecognized_keys") return [{ path: issue.path, message: issue.message, field: issue.keys[0] }];
  if (issue.code === "invalid_key") return issue.issues.map(({ message }) => ({ path: issue.path, message }));
  if (issue.code !== "invalid_union") return [{ path: issue.path, message: issue.message }];
  const deepest = Math.max(...issue.errors.map(depth));
  const [intended, ...others] = issue.errors.filter((arm) => depth(arm) === deepest);
  if (intended === undefined || others.length > 0) return [{ path: issue.path, message: issue.message }];
  return intended.flatMap((inner) => innermost({ ...inner, path: [...issue.path, ...inner.path] }));
}

function fieldProblem(keys: readonly string[], schema: unknown): string {
  const names = keys.map(nameOnly);
  return `there is no field ${names.join(", ")}${orNearest(names, schema instanceof z.ZodMiniObject ? Object.keys(schema.shape) : [])}`;
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
  const name = key.replace(/[^\w.-].*/s, "");
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
