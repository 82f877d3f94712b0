// Holds the transcripts of the chapter "Roll a new profile out" to what the commands print.

import { afterAll, beforeAll, test, vi } from "vitest";
import { checkChapter } from "./chapter.ts";
import { UNTIL } from "./replay-story.ts";
import { type Rollout, startRollout } from "./rollout-story.ts";

let rollout: Rollout;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse(UNTIL) + 5_000 });
  rollout = await startRollout();
});
afterAll(async () => {
  vi.useRealTimers();
  await rollout?.close();
});

test("the chapter has the transcripts of six commands (ALERTSTATUS_WRITE=1 writes them anew)", async () => {
  await checkChapter("Roll a new profile out", 6, rollout.folder, (printed) => printed);
});
