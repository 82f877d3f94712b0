import { describe, expect, test } from "vitest";
import { crashOf, deathOf } from "../../../functions/core/outcome/crash.ts";

function thrown(): unknown {
  try {
    return Reflect.apply(Object(undefined).judge, undefined, []);
  } catch (error) {
    return error;
  }
}

describe("a crash", () => {
  test("names the error, its message and where the code failed", () => {
    const { message, crash } = crashOf(thrown());
    expect(message).toContain("undefined");
    expect(crash.error).toBe("TypeError");
    expect(crash.frames.join()).toMatch(/thrown .*crash\.test\.ts:\d+:\d+/);
  });

  test("shows the first five frames, and no line of the message", () => {
    const error = new Error("one\ntwo");
    error.stack = ["Error: one", "two", ...Array.from({ length: 9 }, (_, index) => `    at f${index} (a.ts:1:1)`)].join("\n");
    expect(crashOf(error).crash.frames).toEqual([0, 1, 2, 3, 4].map((index) => `f${index} (a.ts:1:1)`));
  });

  test.each([
    { what: "a text", value: "out of cheese", crash: { message: "out of cheese", crash: { error: "string", frames: [] } } },
    { what: "nothing", value: undefined, crash: { message: "undefined", crash: { error: "undefined", frames: [] } } },
  ])("names what is thrown that is no error: $what", ({ value, crash }) => {
    expect(crashOf(value)).toEqual(crash);
  });

  test("of an error without a stack has no frames", () => {
    const error = new Error("lost");
    delete error.stack;
    expect(crashOf(error)).toEqual({ message: "lost", crash: { error: "Error", frames: [] } });
  });

  test("carries nothing that a terminal obeys", () => {
    const error = new Error("red \u001b[31m");
    error.stack = "Error\n    at \u001b[31m (a.ts:1:1)";
    expect(JSON.stringify(crashOf(error))).not.toContain("\\u001b");
  });
});

test("a cluster that its process dies of has crashed, and nothing of it is known", () => {
  expect(deathOf("prod")).toEqual({
    cluster: "prod",
    was: "crashed",
    code: "process-died",
    message: expect.stringContaining("the process that read it"),
    resources: [],
    unlisted: [],
    ms: 0,
  });
});
