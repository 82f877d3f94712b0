import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { builtInProfiles } from "../../../functions/core/profile/built-in.ts";
import { messagesOf } from "../../../functions/core/profile/profile.ts";

const FILE = "released-messages.json";
const parsed = (path: string) => JSON.parse(readFileSync(join(import.meta.dirname, path), "utf8"));
const recorded: { release: string; profiles: Readonly<Record<string, readonly string[]>> } = parsed(FILE);

const MOVE = "a released message has disappeared: move the old text to `formerly`, beside the `message` that replaces it";
const RECORD = `this is a new release: add its version and the messages that are new in it to ${FILE}`;

test.each(Object.entries(builtInProfiles))("the built-in profile %s knows every released message", (name, profile) => {
  const known = messagesOf(profile);
  const lost = recorded.profiles[name]?.filter((message) => !known.includes(message));
  expect(lost, MOVE).toEqual([]);
});

test("the messages are recorded up to the current release", () => {
  expect(recorded.release, RECORD).toBe(parsed("../../../package.json").version);
});
