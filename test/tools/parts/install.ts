// `npm run parts`: builds what this machine lacks of the real parts, and says beforehand how long that takes and what it needs.

import { parseArgs } from "node:util";
import { install, locate, type Part, parts } from "./parts.ts";
import { missingOf, needsOf, type Tool } from "./tools.ts";

const USAGE = "usage: npm run parts [-- --all]   (--all: also the servers that `npm test -- --all` runs against)";

const isAll = parseAll();
const wanted = parts.filter(({ isExtra = false }) => isAll || !isExtra);
const unbuilt = wanted.filter((part) => locate(part) === undefined);
const missing = missingOf([...unbuilt.flatMap(({ needs }) => needs), ...wanted.flatMap(({ runsWith = [] }) => runsWith)]);
const buildable = unbuilt.filter(({ needs }) => !needs.some((tool) => missing.has(tool)));

for (const part of wanted.filter((candidate) => !unbuilt.includes(candidate))) console.log(`${titleOf(part)}: ${locate(part)}`);
if (buildable.length > 0)
  console.log(`To build: ${listText(buildable)}. That takes about ${minutesOf(buildable)} minutes on two cores, once.`);
for (const part of buildable) {
  console.log(`${titleOf(part)}: building, about ${part.minutes} min`);
  console.log(`${titleOf(part)}: ${install(part)}`);
}
for (const tool of missing) reportMissing(tool);

function parseAll(): boolean {
  try {
    return parseArgs({ options: { all: { type: "boolean", default: false } } }).values.all;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`);
    process.exit(2);
  }
}

function reportMissing(tool: Tool): void {
  const left = wanted.filter((part) => part.runsWith?.includes(tool) || (unbuilt.includes(part) && part.needs.includes(tool)));
  console.error(`MISSING: ${needsOf(tool)}. Without it there is no ${left.map(({ name }) => name).join(", ")}.`);
  process.exitCode = 1;
}

function titleOf({ name, version }: Part): string {
  return `${name} ${version}`;
}

function listText(some: readonly Part[]): string {
  return some.map((part) => `${titleOf(part)} (${part.minutes} min)`).join(", ");
}

function minutesOf(some: readonly Part[]): number {
  return some.reduce((sum, { minutes }) => sum + minutes, 0);
}
