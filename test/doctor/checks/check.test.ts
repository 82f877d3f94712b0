// Holds the order and the grading of checks: the worst first, and no failure where another source is healthy.

import { expect, test } from "vitest";
import { UpstreamError } from "../../../functions/core/errors.ts";
import {
  type Check,
  failed,
  failedBy,
  isHealthy,
  ok,
  skipped,
  toShown,
  warning,
  withFallbacks,
  worstFirst,
} from "../../../functions/doctor/checks/check.ts";

const well = ok("login", "as alertstatus");
const doubtful = warning("clock", "off", "set it");
const broken = failed("certificate", "it expired", "renew it");
const unknown = skipped("push", "unknown");
const names = (checks: readonly Check[]) => checks.map(({ check }) => check);

test("worstFirst puts failures first and `ok` last, and keeps the order of equals", () => {
  const later = failed("login", "401", "renew it");
  expect(names(worstFirst([well, unknown, broken, doubtful, later]))).toEqual(["certificate", "login", "clock", "push", "login"]);
});

test("a cluster is healthy as long as no check failed", () => {
  expect(isHealthy([{ cluster: "a", checks: [well, doubtful, unknown] }])).toBe(true);
  expect(
    isHealthy([
      { cluster: "a", checks: [well] },
      { cluster: "b", checks: [broken] },
    ]),
  ).toBe(false);
});

test("a healthy source turns the failures of the others into warnings", () => {
  const [first, second] = withFallbacks([
    [well, broken],
    [well, doubtful],
  ]);
  expect(first).toEqual([well, { ...broken, was: "warning" }]);
  expect(second).toEqual([well, doubtful]);
});

test("a source whose checks are all skipped does not make up for another", () => {
  const [, second] = withFallbacks([[unknown], [broken]]);
  expect(second).toEqual([broken]);
});

test("failures stay failures where no source is healthy", () => {
  expect(withFallbacks([[broken], [broken]])).toEqual([[broken], [broken]]);
});

test("failedBy shows the message of another system without the request, on one line", () => {
  const request = "POST https://a.example/apis";
  const check = failedBy("login", new UpstreamError("unauthorized", "the API server answered 401:\u001b[2J no", { request }));
  expect(toShown(check, [])).toEqual({
    check: "login",
    was: "failed",
    message: "the API server answered 401: [2J no",
    remedy: "renew the credential in use: the one that the fleet file refers to, or your own",
  });
});

test.each([950, 990, 995, 999])("a secret that a message has from character %i on is redacted before the message is cut", (at) => {
  const secret = "canary-of-the-secret".repeat(20);
  const { message } = toShown(ok("login", "x".repeat(at) + secret), [secret]);
  expect(message).not.toMatch(/can/);
  expect(message.length).toBeLessThanOrEqual(1_000);
});
