// Holds the transcripts of the chapter "Before you let it write" to what the commands print.

import { afterAll, beforeAll, test } from "vitest";
import { checkChapter } from "./chapter.ts";
import { type Story, startStory, UNTIL } from "./replay-story.ts";

let story: Story;
beforeAll(async () => {
  story = await startStory();
});
afterAll(() => story?.close());

test("the chapter has the transcripts of five commands (ALERTSTATUS_WRITE=1 writes them anew)", async () => {
  // What is told of now is the time of the test.
  await checkChapter("Before you let it write", 5, story.folder, (printed) => printed.replaceAll(/(?<=evaluated )[-\dT:]+Z/g, UNTIL));
});
