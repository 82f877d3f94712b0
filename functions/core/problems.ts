import type * as z from "zod";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** What is wrong with a document, a line each: the path in it, and what is expected there. Values are never repeated: one may be a secret. */
export function problemsOf(error: z.ZodError, place: (path: Path) => Path = (path) => path): string[] {
  return error.issues.flatMap((issue) => innermost(issue)).map(({ path, message }) => `${written(place(path))}: ${message}`);
}

// A union fails with the problems of every arm; the arm that got deepest into the document is the one that was meant.
function innermost(issue: Issue): Issue[] {
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return [issue];
  const depth = (arm: readonly Issue[]) => Math.min(...arm.map(({ path }) => path.length));
  const meant = issue.errors.reduce((best, arm) => (depth(arm) > depth(best) ? arm : best));
  if (depth(meant) === 0) return [issue];
  return meant.flatMap((inner) => innermost({ ...inner, path: [...issue.path, ...inner.path] }));
}

function written(path: Path): string {
  const steps = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`));
  return steps.join("").replace(/^\./, "") || "(the whole file)";
}
