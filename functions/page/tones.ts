// Says how good or bad the state of a line looks: by a mark and a color, beside the word.

import type { State } from "../state/groups.ts";

/** A color of style.ts. Green is for what is proven to be well. */
export type Tone = "bad" | "lost" | "open" | "idle" | "good";

export const TONES: Readonly<Record<State, Tone>> = {
  False: "bad",
  crashed: "bad",
  unreachable: "lost",
  forbidden: "lost",
  misconfigured: "lost",
  refused: "lost",
  unreadable: "lost",
  Unknown: "open",
  contested: "open",
  "warming up": "open",
  late: "open",
  paused: "idle",
  True: "good",
  reconciled: "idle",
};

export const MARKS: Readonly<Record<Tone, string>> = { bad: "✕", lost: "⚠", open: "?", idle: "‖", good: "✓" };
