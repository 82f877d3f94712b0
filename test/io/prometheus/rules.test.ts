// Holds the question for rules to what a source is asked, page by page, and to what is kept of an answer.

import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openConnections } from "../../../functions/io/http/connections.ts";
import { readEvidence } from "../../../functions/io/prometheus/prometheus.ts";
import { aClient, aLogin } from "../../support/client.ts";
import { type HttpServer, serve } from "../../support/http-server.ts";

const connections = openConnections();
let source: HttpServer;
let asked: URL[] = [];
let answer: (url: URL) => object;

beforeAll(async () => {
  source = await serve(({ url = "" }, response) => {
    const to = new URL(url, "http://source");
    if (to.pathname === "/api/v1/rules") asked.push(to);
    response.end(JSON.stringify(to.pathname === "/api/v1/rules" ? answer(to) : { status: "error" }));
  });
});
beforeEach(() => {
  asked = [];
});
afterAll(async () => {
  await connections.close();
  await source.close();
});

const aRule = (name: string, more: object = {}) => ({
  type: "alerting",
  name,
  health: "ok",
  lastEvaluation: new Date().toISOString(),
  ...more,
});
const aPage = (rules: readonly object[], groupNextToken?: string) => ({
  status: "success",
  data: { groups: [{ name: "g", file: "f", interval: 30, rules }], ...(groupNextToken !== undefined && { groupNextToken }) },
});
const read = (wanted: readonly string[], secrets: readonly string[] = []) =>
  readEvidence(aClient(connections, aLogin({ origin: source.url, secrets: [...secrets] })), "", new Set(wanted));
const namesIn = (evidence: Awaited<ReturnType<typeof read>>) =>
  evidence.was === "asked" ? evidence.groups.flatMap(({ rules }) => [...rules.keys()]) : evidence;

test("rules are asked for by name, and what else is answered is left out", async () => {
  answer = () => aPage([aRule("A & B"), aRule("Foreign"), aRule("C")]);
  expect(namesIn(await read(["A & B", "C"]))).toEqual(["A & B", "C"]);
  expect(asked.map((url) => url.searchParams.getAll("rule_name[]"))).toEqual([["A & B", "C"]]);
  expect(asked[0]?.search).toMatch(/^\?type=alert&exclude_alerts=true&/);
});

test("more names than a URL takes are left out of it", async () => {
  answer = () => aPage([aRule("A0"), aRule("Foreign")]);
  expect(namesIn(await read(Array.from({ length: 1_000 }, (_, index) => `A${index}`)))).toEqual(["A0"]);
  expect(asked[0]?.search).toBe("?type=alert&exclude_alerts=true");
});

test("a source that pages by itself is followed, with a limit, which Prometheus asks for", async () => {
  const pages = new Map([
    [null, aPage([aRule("A")], "two/2")],
    ["two/2", aPage([aRule("B")], "three")],
    ["three", aPage([aRule("C")], "")],
  ]);
  answer = (url) => pages.get(url.searchParams.get("group_next_token"))!;
  expect(namesIn(await read(["A", "B", "C"]))).toEqual(["A", "B", "C"]);
  expect(asked.map((url) => url.searchParams.get("group_limit"))).toEqual([null, "500", "500"]);
});

test("a source that pages for ever is left after fifty pages", async () => {
  answer = () => aPage([aRule("A")], "again");
  expect(await read(["A"])).toEqual({ was: "unreadable", code: "too-large" });
  expect(asked).toHaveLength(50);
});

test("the last error of a rule is kept on one line, without what must not be seen", async () => {
  answer = () => aPage([aRule("A", { health: "err", lastError: "many-to-many\nmatching of hunter2" })]);
  const evidence = await read(["A"], ["hunter2"]);
  expect(evidence).toMatchObject({
    groups: [
      { rules: new Map([["A", [expect.objectContaining({ health: "failing", lastError: "many-to-many matching of [redacted]" })]]]) },
    ],
  });
});
