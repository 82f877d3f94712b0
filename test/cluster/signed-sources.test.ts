// Holds signed requests to the identity that they are signed with.

import type { IncomingMessage } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { clock } from "../../functions/clock.ts";
import { connector } from "../../functions/cluster/connect.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { openLogins } from "../../functions/io/auth/logins.ts";
import { openConnections } from "../../functions/io/http/connections.ts";
import { type Aws, credentials, refused, startAws } from "../support/aws.ts";
import { alertsBody } from "../support/builders.ts";
import { type HttpServer, serve } from "../support/http-server.ts";
import { signature } from "../support/sigv4.ts";

const SECRETS: Readonly<Record<string, string>> = { AKIAOWN: "canary-own", ASIAROLE: "canary-role" };

const connections = openConnections();
let aws: Aws;
let prometheus: HttpServer;
/** The signer of each request; undefined where its signature is wrong. */
const askers: (string | undefined)[] = [];
let answer: (request: IncomingMessage) => { status: number; body: object };
let roles = 0;

beforeAll(async () => {
  aws = await startAws();
  const own = { AWS_ACCESS_KEY_ID: "AKIAOWN", AWS_SECRET_ACCESS_KEY: SECRETS.AKIAOWN, AWS_SESSION_TOKEN: "canary-session" };
  Object.assign(process.env, { AWS_ENDPOINT_URL: aws.url, AWS_REGION: "eu-central-1", ...own });
  prometheus = await serve((request, response) => {
    askers.push(askerOf(request));
    const { status, body } = answer(request);
    response.writeHead(status).end(JSON.stringify(body));
  });
});
afterAll(async () => {
  await connections.close();
  await Promise.all([aws.close(), prometheus.close()]);
});
beforeEach(() => {
  askers.length = 0;
  aws.calls.length = 0;
  answer = () => ({ status: 200, body: alertsBody() });
  aws.answer("AssumeRole", () => credentials("ASIAROLE", new Date(Date.now() + 3_600_000), SECRETS.ASIAROLE));
});

function askerOf({ method = "", url = "", headers }: IncomingMessage): string | undefined {
  const shape = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), SignedHeaders=([^,]+), Signature=(.+)$/;
  const [, id = "", scope = "", names = "", given] = shape.exec(headers.authorization ?? "") ?? [];
  const signed = Object.fromEntries(names.split(";").map((name) => [name, String(headers[name])]));
  const expected = signature({
    method,
    url: new URL(url, prometheus.url),
    headers: signed,
    scope,
    date: String(headers["x-amz-date"]),
    secret: SECRETS[id] ?? "",
  });
  const [, region, service] = scope.split("/");
  return given === expected && "host" in signed ? `${id} ${region} ${service}` : undefined;
}

/** A role that no test has assumed yet. */
function aRole(): string {
  roles += 1;
  return `arn:aws:iam::123456789012:role/alertstatus-prod-${roles}`;
}

async function readAlerts(sigv4: object, more: object = {}) {
  const alerts = { url: `${prometheus.url}/workspaces/ws-1`, auth: { sigv4 }, ...more };
  const [entry] = parseFleet({ clusters: [{ name: "a", kubernetes: { server: "https://unused.example" }, alerts }] }).clusters;
  const cluster = await connector({ connections, logins: openLogins({ stage: "prod", clock }), folder: "." })(
    entry!,
    Number.POSITIVE_INFINITY,
  );
  const [reading] = await cluster.readAlerts(performance.now());
  return reading!;
}

const region = "eu-central-1";

test.each([
  { who: "this process", sigv4: () => ({ region }), asker: "AKIAOWN eu-central-1 aps" },
  { who: "this process for another service", sigv4: () => ({ region: "us-east-1", service: "es" }), asker: "AKIAOWN us-east-1 es" },
  { who: "a role", sigv4: () => ({ region, roleArn: aRole() }), asker: "ASIAROLE eu-central-1 aps" },
])("every request is signed by $who", async ({ sigv4, asker }) => {
  expect(await readAlerts(sigv4())).toMatchObject({ was: "read" });
  expect(askers).toEqual([asker, asker, asker]);
});

test("a retry is signed too", async () => {
  answer = () => ({ status: askers.length === 1 ? 503 : 200, body: alertsBody() });
  expect(await readAlerts({ region }, { proof: "none" })).toMatchObject({ was: "read" });
  expect(askers).toEqual(["AKIAOWN eu-central-1 aps", "AKIAOWN eu-central-1 aps"]);
});

test("a signed request carries the headers of its source", async () => {
  let tenant: unknown;
  answer = ({ headers }) => {
    tenant = headers["x-scope-orgid"];
    return { status: 200, body: alertsBody() };
  };
  await readAlerts({ region }, { proof: "none", headers: { "X-Scope-OrgID": "a" } });
  expect({ tenant, askers }).toEqual({ tenant: "a", askers: ["AKIAOWN eu-central-1 aps"] });
});

test("a role is assumed with the stage as external id", async () => {
  const roleArn = aRole();
  await readAlerts({ region, roleArn });
  expect(aws.calls).toMatchObject([{ action: "AssumeRole", parameters: { RoleArn: roleArn, ExternalId: "alertstatus:prod" } }]);
});

describe("a refusal is an outcome", () => {
  test("of the source, without the credentials that the source repeats", async () => {
    answer = ({ headers }) => ({ status: 403, body: { message: `no: ${JSON.stringify(headers)}` } });
    const reading = await readAlerts({ region });
    expect(reading).toMatchObject({ was: "unreadable", code: "forbidden", message: expect.stringContaining("[redacted]") });
    expect(JSON.stringify(reading)).not.toMatch(/canary|Signature=[0-9a-f]/);
  });

  test("after one request, for a plain 401 too", async () => {
    answer = () => ({ status: 401, body: {} });
    expect(await readAlerts({ region }, { proof: "none" })).toMatchObject({ was: "unreadable", code: "unauthorized" });
    expect(askers).toHaveLength(1);
  });

  test("of the role, without a request to the source", async () => {
    aws.answer("AssumeRole", () => refused("AccessDenied", 403, "canary"));
    const roleArn = aRole();
    expect(await readAlerts({ region, roleArn })).toMatchObject({
      was: "unreadable",
      code: "forbidden",
      message: `sts:AssumeRole of ${roleArn}: AccessDenied`,
    });
    expect(askers).toEqual([]);
  });
});

test("the role of an EKS cluster is assumed with stage and cluster as external id, and a session that names the cluster", async () => {
  const roleArn = aRole();
  const ca = btoa("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
  const eks = { name: "prod", region, roleArn, server: "https://abc.gr7.eu-central-1.eks.amazonaws.com", ca };
  const [entry] = parseFleet({ clusters: [{ name: "prod-eu-1", kubernetes: { eks } }] }).clusters;
  const endpoint = await openLogins({ stage: "prod", clock }).ofCluster(entry!, ".").endpoint();
  const parameters = { RoleArn: roleArn, ExternalId: "alertstatus:prod:prod-eu-1", RoleSessionName: "alertstatus-prod-eu-1" };
  expect(aws.calls).toMatchObject([{ action: "AssumeRole", parameters }]);
  expect(endpoint).toMatchObject({
    origin: "https://abc.gr7.eu-central-1.eks.amazonaws.com",
    ca: atob(ca),
    headers: { authorization: expect.stringMatching(/^Bearer k8s-aws-v1\./) },
  });
});
