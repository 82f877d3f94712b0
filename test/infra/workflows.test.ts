// Holds the workflows to pinned actions, to permissions of each job alone, and to scripts that there are.

import { expect, test } from "vitest";
import { parse } from "yaml";
import manifest from "../../package.json" with { type: "json" };
import { filesIn, read } from "../house.ts";

type Job = {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly uses?: string;
  readonly steps?: readonly { readonly uses?: string; readonly run?: string }[];
};
type Workflow = { readonly permissions: object; readonly jobs: Readonly<Record<string, Job>> };

const workflows = filesIn(".github/workflows").map((file) => {
  const workflow: Workflow = parse(read(file));
  return { file, workflow, steps: Object.values(workflow.jobs).flatMap(({ steps = [] }) => steps) };
});

test.each(workflows)("$file pins every action by its commit", ({ steps }) => {
  for (const { uses } of steps) if (uses !== undefined) expect(uses).toMatch(/^[\w/-]+@[0-9a-f]{40}$/);
});

test.each(workflows)("$file runs scripts that there are", ({ steps }) => {
  const named = steps.flatMap(({ run = "" }) => [...run.matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name]) => name));
  expect(Object.keys(manifest.scripts)).toEqual(expect.arrayContaining(named));
});

test("only the jobs of a release that publish may write, each to one place", () => {
  const writing = workflows.flatMap(({ file, workflow: { permissions, jobs } }) =>
    Object.entries({ all: { permissions }, ...jobs }).flatMap(([name, job]) =>
      Object.entries(job.permissions ?? {}).flatMap(([right, level]) => (level === "write" ? [`${file} ${name} ${right}`] : [])),
    ),
  );
  expect(writing).toEqual([".github/workflows/release.yml npm id-token", ".github/workflows/release.yml files contents"]);
});
