// The command line as the npm package starts it: under the name that was typed, with the version that the build writes into it.

import { main } from "../../functions/cli/main.ts";

declare const VERSION: string;

/** Runs the words of the command line, after those of the launcher, and ends the process. */
export async function start(program: string, words: readonly string[]): Promise<never> {
  process.exit(await main([...words, ...process.argv.slice(2)], process, process.env, { program, version: VERSION }));
}
