// The walk of a newcomer as it was seen: what was typed, what that printed, and how long it took. `npm run walk` writes it.

import { readFileSync } from "node:fs";
import { join } from "node:path";

export const TRANSCRIPT_FILE = join(import.meta.dirname, "examples/newcomer.json");

export type Step = { readonly typed: string; readonly printed: string; readonly seconds: number };
export type Transcript = {
  /** The day of the walk. */
  readonly at: string;
  /** Up to the first condition. */
  readonly steps: readonly Step[];
  /** How long the condition then stayed Unknown, with rules that were new. */
  readonly warmUpMinutes: number;
  readonly afterwards: readonly Step[];
};

export function readTranscript(): Transcript {
  return JSON.parse(readFileSync(TRANSCRIPT_FILE, "utf8"));
}
