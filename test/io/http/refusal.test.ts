// What is told of an answer that is no success.
import { expect, test } from "vitest";
import { parseBody, refusal } from "../../../functions/io/http/response.ts";

const SECRET = "canary-of-the-token";

test.each([
  { answer: "a Status of Kubernetes", body: '{"kind":"Status","message":"no such service"}', said: "no such service" },
  {
    answer: "an error of Prometheus",
    body: '{"status":"error","error":"unavailable with Prometheus Agent"}',
    said: "unavailable with Prometheus Agent",
  },
  { answer: "a short text", body: "no org id\n", said: "no org id" },
  { answer: "a short text that repeats a secret", body: `${SECRET} is not known`, said: "[redacted] is not known" },
  { answer: "a short text with control characters", body: "no\u001b[2J org id", said: "no [2J org id" },
  { answer: "nothing", body: "", said: undefined },
  { answer: "a web page", body: "\n<html><title>Sign in</title></html>", said: undefined },
  { answer: "a long text", body: "no ".repeat(100), said: undefined },
  { answer: "JSON that says nothing", body: "[]", said: undefined },
])("of $answer, its words are told: $said", ({ body, said }) => {
  const error = refusal("unavailable", "GET /", { status: 502, body, secrets: [SECRET], what: "GET /" });
  expect(error).toMatchObject({ status: 502, said, why: said === undefined ? "answered 502" : `answered 502: ${said}` });
});

test("what is no JSON is shown without any part of a secret, however long and often it is repeated", () => {
  const secret = SECRET.repeat(60);
  const body = secret.repeat(20);
  const parse = () => parseBody({ status: 200, body, secrets: [secret], what: "GET /" }, "GET /");
  expect(parse).toThrow(/the answer is no JSON: \[redacted\]/);
  expect(parse).not.toThrow(/can|token/);
});
