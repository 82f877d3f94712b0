import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aResource } from "../support/builders.ts";
import { awsEnvironment, startEventBridge } from "../support/event-bridge.ts";
import { invokeOnce } from "../support/function.ts";
import { serve } from "../support/http-server.ts";
import { aBatch, type Output } from "../support/lambda.ts";
import { aMessage, aTick } from "../support/queue-messages.ts";
import { repeating } from "../support/repeating-server.ts";
import { startSimulator } from "../support/simulator.ts";
import { serveSick } from "./sick-servers.ts";

const CANARIES = {
  token: "canary/of-a-token+sign?",
  header: "canary of a header",
  password: 'canary "of" a password',
  aws: "canary-aws-secret-key",
  message: "canary-of-a-message",
  name: "canary-of-a-name",
};

const folder = mkdtempSync(join(tmpdir(), "alertstatus-secrets-"));
const closers: (() => Promise<unknown>)[] = [async () => rmSync(folder, { recursive: true })];
let output: Output & { invoked: readonly object[] };
let sent: string;

const ECHOES = [
  "does not know the token, and repeats it",
  "forbids, and repeats the token in base64",
  "answers HTML that repeats the token",
] as const;

// Every server that repeats what it was sent, as an API server and as a Prometheus, and a cluster that is well.
beforeAll(async () => {
  const bridge = await startEventBridge();
  const healthy = await startSimulator({ token: CANARIES.token });
  healthy.put(aResource().object);
  closers.push(bridge.close, healthy.close);
  const clusters: { name: string; [field: string]: unknown }[] = [];
  const kubernetes = (server: string) => ({ server, auth: { token: { env: "TOKEN" } } });
  for (const what of ECHOES) {
    const { url, close } = await serveSick(what);
    closers.push(close);
    clusters.push({ name: `api-${clusters.length}`, kubernetes: kubernetes(url) });
    const alerts = {
      url,
      auth: { basic: { username: "reader", password: { env: "PASSWORD" } } },
      headers: { "x-tenant": { env: "HEADER" } },
    };
    clusters.push({ name: `alerts-${clusters.length}`, kubernetes: kubernetes(healthy.url), alerts });
  }
  const repeated = await serve(repeating);
  closers.push(repeated.close);
  const alerts = { url: repeated.url, auth: { bearer: { env: "NAME" } }, proof: "none" };
  clusters.push({ name: "repeating", kubernetes: { server: repeated.url, auth: { token: { env: "NAME" } } }, alerts });
  clusters.push({ name: "wrong", kubernetes: { server: "https://api.example", auth: { token: CANARIES.token } } });
  const fleet = join(folder, "fleet.json");
  writeFileSync(fleet, JSON.stringify({ clusters }));
  const environment = {
    FLEET: `file:${fleet}`,
    BUS: "alertstatus-test",
    TOKEN: CANARIES.token,
    HEADER: CANARIES.header,
    PASSWORD: CANARIES.password,
    NAME: CANARIES.name,
    ...awsEnvironment(bridge.url),
  };
  const tick = aTick(clusters.map(({ name }) => name));
  const malformed = { ...aMessage(), body: `{"detail-type": "${CANARIES.message}", "${CANARIES.message}": ` };
  const unexpected = aMessage({ clusters: [CANARIES.message.toUpperCase()], cause: CANARIES.message });
  output = await invokeOnce("reconcile", environment, aBatch(tick, malformed, unexpected), { dryRun: true });
  sent = JSON.stringify(bridge.calls);
});
afterAll(() => Promise.all(closers.map((close) => close())));

test("the run has met servers that repeat secrets, and has said so", () => {
  const [run] = output.lines.filter(({ message }) => message === "run completed");
  expect(run).toMatchObject({
    clusters: { unreachable: ECHOES.length - 1, forbidden: 1, misconfigured: 1 },
    alertsUnreadable: 2 * ECHOES.length,
  });
  expect(sent).toContain("Condition Changed");
});

test.each(Object.entries(CANARIES))("no spelling of the %s is in a log line, a metric, an answer or an event", (_, secret) => {
  const shown = [output.text, JSON.stringify(output.invoked), sent].join("\n");
  const inBase64 = (text: string) => Buffer.from(text).toString("base64").replace(/=+$/, "");
  const spellings = [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    inBase64(secret),
    inBase64(`reader:${secret}`),
  ];
  for (const spelling of spellings) expect(shown).not.toContain(spelling);
});
