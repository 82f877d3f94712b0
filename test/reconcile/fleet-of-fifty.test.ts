import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { attentionLines } from "../../functions/cli/attention-output.ts";
import { outcomeTable, summaryLine } from "../../functions/cli/outcome-output.ts";
import { tableText } from "../../functions/cli/table.ts";
import { type Connect, connector } from "../../functions/cluster/connect.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { isAllWell } from "../../functions/core/outcome/attention.ts";
import { type ClusterOutcome, summarize } from "../../functions/core/outcome/outcome.ts";
import { openConnections } from "../../functions/io/http/connections.ts";
import { reconcileFleet } from "../../functions/reconcile/fleet.ts";
import { aResource } from "../support/builders.ts";
import { type Simulator, startSimulator } from "../support/simulator.ts";
import { serveRaw, serveRedirect, serveSick, sickAnswers } from "./sick-servers.ts";

const FLEET = 50;
// A silent server gets little time, and gets it when everybody else is done; the others get more than any machine needs.
const SILENCE_MS = 300;
const PATIENT = { requestMs: 60_000, clusterMs: 120_000 };
// No server gets this port by chance.
const DEAD_SERVER = "http://127.0.0.1:1";
const canary = (name: string) => `canary/${name}+token?`;

type Expected = Pick<ClusterOutcome, "was"> & { code?: string };

// What becomes of a cluster whose API server is sick, by how it is sick.
const sick: Readonly<Record<keyof typeof sickAnswers, Expected>> = {
  "never answers": { was: "unreachable", code: "timeout" },
  "answers a byte now and then": { was: "unreachable", code: "timeout" },
  "does not know the token, and repeats it": { was: "unreachable", code: "unauthorized" },
  "forbids, and repeats the token in base64": { was: "forbidden", code: "forbidden" },
  "answers HTML that repeats the token": { was: "unreachable", code: "malformed" },
  "answers JSON of another shape": { was: "unreachable", code: "malformed" },
  "answers truncated JSON": { was: "unreachable", code: "malformed" },
  "answers nothing": { was: "unreachable", code: "malformed" },
  "breaks off in the middle": { was: "unreachable", code: "connection-reset" },
  "is broken": { was: "unreachable", code: "unavailable" },
  "is a proxy without its backend": { was: "unreachable", code: "unavailable" },
  "asks for fewer requests": { was: "unreachable", code: "throttled" },
  "sends fifty megabytes": { was: "unreachable", code: "too-large" },
};

const closers: (() => Promise<unknown>)[] = [];
const simulators: Simulator[] = [];
const expected = new Map<string, Expected>();
const arrived: string[] = [];
let outcomes: readonly ClusterOutcome[] = [];
let sink: Awaited<ReturnType<typeof serveRaw>>;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "fifty-"));
  const connections = openConnections();
  closers.push(connections.close, () => rm(folder, { recursive: true }));
  const clusters: object[] = [];
  const join50 = async (outcome: Expected, server: string, more: object = {}) => {
    const name = `cluster-${clusters.length}`;
    expected.set(name, outcome);
    await writeFile(join(folder, name), canary(name));
    clusters.push({ name, kubernetes: { server, auth: { token: { file: name } } }, ...more });
  };

  sink = await serveRaw(() => undefined);
  const resets = await serveRaw((socket) => socket.destroy());
  const redirect = await serveRedirect(sink.url);
  closers.push(sink.close, resets.close, redirect.close);
  for (const what of Object.keys(sickAnswers)) {
    if (!(what in sick)) throw new Error(`no outcome is expected of a server that ${what}`);
  }
  for (const [what, outcome] of entries(sick)) {
    const server = await serveSick(what);
    closers.push(server.close);
    await join50(outcome, server.url);
  }
  await join50({ was: "unreachable", code: "connection-refused" }, DEAD_SERVER);
  await join50({ was: "unreachable", code: "connection-reset" }, resets.url);
  await join50({ was: "unreachable", code: "redirected" }, redirect.url);
  await join50({ was: "unreachable", code: "name-unknown" }, "https://no-such-host.invalid");
  await join50({ was: "misconfigured", code: "secret-unreadable" }, DEAD_SERVER, {
    kubernetes: { server: DEAD_SERVER, auth: { token: { file: "no-such-file" } } },
  });
  await join50({ was: "misconfigured" }, "http://not-loopback.example");
  await join50({ was: "paused" }, DEAD_SERVER, { paused: true });
  while (clusters.length < FLEET) {
    const name = `cluster-${clusters.length}`;
    const simulator = await startSimulator({ token: canary(name) });
    simulator.put(aResource().object);
    closers.push(simulator.close);
    simulators.push(simulator);
    await join50({ was: "reconciled" }, simulator.url);
  }

  const fleet = parseFleet({ clusters });
  const { promise: allHealthyDone, resolve } = Promise.withResolvers<void>();
  const onOutcome = ({ cluster }: ClusterOutcome) => {
    arrived.push(cluster);
    if (namesOf("reconciled").every((name) => arrived.includes(name))) resolve();
  };
  const silent = namesOf("unreachable", "timeout");
  const patient = connector({ connections, folder, requestMs: PATIENT.requestMs });
  const impatient = connector({ connections, folder, requestMs: SILENCE_MS });
  const connect: Connect = async (entry, deadline) => {
    if (!silent.includes(entry.name)) return patient(entry, deadline);
    await allHealthyDone;
    return impatient(entry, deadline);
  };
  outcomes = await reconcileFleet(fleet, { connect, onOutcome, clusterMs: PATIENT.clusterMs });
});
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

test("every cluster has its own outcome", () => {
  const actual = outcomes.map(({ cluster, was, code }) => [cluster, { was, ...(code && { code }) }]);
  expect(new Map(actual.toSorted().map(([name, outcome]) => [name, outcome]))).toEqual(new Map([...expected].toSorted()));
});

test("what a healthy cluster needs is done, whatever else is in the fleet", () => {
  for (const simulator of simulators) {
    expect(simulator.requests.filter(({ method, status }) => method === "PATCH" && status === 200)).toHaveLength(1);
  }
});

test("no healthy cluster waits for a sick one that keeps silent", () => {
  const lastHealthy = Math.max(...namesOf("reconciled").map((name) => arrived.indexOf(name)));
  const firstSilent = Math.min(...namesOf("unreachable", "timeout").map((name) => arrived.indexOf(name)));
  expect(lastHealthy).toBeLessThan(firstSilent);
});

test("nothing is sent to where a server redirects", () => {
  expect(sink.received()).toBe(0);
});

test("the run says that all is not well", () => {
  expect(isAllWell(outcomes)).toBe(false);
});

describe("no credential is in anything that is shown", () => {
  test.each(["json", "table", "messages"])("%s", (form) => {
    const shown = {
      json: JSON.stringify(outcomes),
      table: tableText(outcomeTable(outcomes, { onlyNews: false }), 1_000),
      messages: [...attentionLines(outcomes), summaryLine(summarize(outcomes))].join("\n"),
    }[form];
    for (const name of expected.keys()) {
      const secret = canary(name);
      for (const spelling of [secret, encodeURIComponent(secret), btoa(secret), btoa(secret).replaceAll("=", "")]) {
        expect(shown).not.toContain(spelling);
      }
    }
  });
});

function namesOf(was: ClusterOutcome["was"], code?: string): readonly string[] {
  return [...expected].filter(([, is]) => is.was === was && is.code === code).map(([name]) => name);
}

function entries<K extends string, V>(record: Readonly<Record<K, V>>): readonly (readonly [K, V])[] {
  const keys: K[] = [];
  for (const key in record) keys.push(key);
  return keys.map((key) => [key, record[key]]);
}
