// `npm run record -- [server …]`: records anew what each server answers in each situation, as the fixtures of test/core/prometheus.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Server, servers } from "./dialects/servers.ts";
import { outagesOf, situations } from "./dialects/situations.ts";
import { askOnce, type Snapshot } from "./dialects/snapshot.ts";

const FOLDER = join(import.meta.dirname, "../core/prometheus/recorded");

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !servers.some((server) => server.name === name));
if (unknown.length > 0) {
  console.error(`there is no ${unknown.join(", ")}; there are: ${servers.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}
for (const server of servers.filter(({ name }) => chosen.length === 0 || chosen.includes(name))) {
  console.log(server.name);
  writeFileSync(join(FOLDER, `${server.name}.json`), `${await record(server)}\n`);
}

async function record({ part, open }: Server): Promise<string> {
  const lab = await open();
  const recorded = new Map<string, Snapshot>();
  try {
    for (const { name, arrive } of [...situations, ...outagesOf(lab)]) {
      console.log(`  ${name}`);
      recorded.set(name, await arrive(lab));
    }
    const build = await askOnce(lab.source, "/api/v1/status/buildinfo");
    const alertmanagers = await askOnce(lab.source, "/api/v1/alertmanagers");
    const mistakes = await Promise.all(lab.mistakes.map(async ({ name, source, path }) => [name, await askOnce(source, path)] as const));
    return textOf({
      server: `${part.name} ${part.version}`,
      build,
      alertmanagers,
      mistakes: Object.fromEntries(mistakes),
      situations: Object.fromEntries(recorded),
    });
  } finally {
    await lab.close();
  }
}

/** Each answer on a line of its own, so that a difference shows where it is. */
function textOf(value: unknown, indent = ""): string {
  if (typeof value !== "object" || value === null || "status" in value) return JSON.stringify(value);
  const lines = Object.entries(value).map(([key, each]) => `${indent}  ${JSON.stringify(key)}: ${textOf(each, `${indent}  `)}`);
  return `{\n${lines.join(",\n")}\n${indent}}`;
}
