// Holds the two classes of errors to what an outcome and a log line carry of them.

import { expect, test } from "vitest";
import { ConfigError, detailsOf, failureOf, UpstreamError } from "../../functions/core/errors.ts";

const anError = () => new UpstreamError("unavailable", "answered 503: busy", { request: "GET /a", status: 503, said: "busy" });

test("an UpstreamError names the request before what went wrong", () => {
  expect(anError().message).toBe("GET /a: answered 503: busy");
  expect(new UpstreamError("timeout", "no answer").message).toBe("no answer");
  expect(anError().name).toBe("UpstreamError");
});

test("a failure is the code and the message, and its details say how they came about", () => {
  const failure = { code: "unavailable", message: "GET /a: answered 503: busy" };
  expect(failureOf(anError())).toEqual(failure);
  expect(detailsOf(anError())).toEqual({ ...failure, why: "answered 503: busy", status: 503, said: "busy" });
});

test("a ConfigError is told by its name", () => {
  expect(new ConfigError("wrong")).toMatchObject({ name: "ConfigError", message: "wrong" });
});
