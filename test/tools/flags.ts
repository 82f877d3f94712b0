// Reads the flags of a tool, and refuses the ones that it does not have.

import { parseArgs } from "node:util";

/** Whether each flag is given; for an unknown one it prints the usage and ends the process with 2. `usage` says what each flag does. */
export function readFlags<Name extends string>(tool: string, usage: Readonly<Record<Name, string>>): Readonly<Record<Name, boolean>> {
  const names = Object.keys(usage) as Name[];
  const options = Object.fromEntries(names.map((name) => [name, { type: "boolean" as const }]));
  try {
    const { values } = parseArgs({ options });
    return Object.fromEntries(names.map((name) => [name, values[name] === true])) as Record<Name, boolean>;
  } catch (error) {
    const lines = names.map((name) => `  --${name.padEnd(10)} ${usage[name]}`);
    console.error([error instanceof Error ? error.message : String(error), `usage: ${tool} [-- FLAGS]`, ...lines].join("\n"));
    process.exit(2);
  }
}
