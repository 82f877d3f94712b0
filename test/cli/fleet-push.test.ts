// Runs the suite of `fleet push` on the simulated S3, and tries what only a simulation can break.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { aCluster } from "../core/fleet/fleet-documents.ts";
import { type AwsStore, type Failure, startAwsStore } from "../support/aws-store.ts";
import { type FleetKeeper, fleetKeeper } from "../support/fleet-keeper.ts";
import { serve } from "../support/http-server.ts";
import { type StateTable, startStateTable } from "../support/state-table.ts";
import { alertstatus } from "./alertstatus.ts";
import { pushingFleets } from "./fleet-push-suite.ts";

const CANARY = "canary-7f3a";

let store: AwsStore;
beforeAll(async () => {
  store = await startAwsStore();
});
afterAll(() => store.close());

pushingFleets(() => store);

test("a push is refused where another one was faster, whose fleet stays", async () => {
  Object.assign(process.env, store.env);
  const { currentObject, writeObject } = await import("../../functions/io/fleet/s3.ts");
  const keeper = fleetKeeper(store.settings);
  await keeper.makeBucket("contended");
  const to = "s3://contended/fleet.json";
  const refused = "s3:PutObject: PreconditionFailed: another push has replaced it meanwhile";
  expect(await currentObject(to)).toBeUndefined();
  await keeper.put(to, "theirs");
  await expect(writeObject(to, "new", undefined)).rejects.toThrow(refused);
  const there = await currentObject(to);
  await keeper.put(to, "theirs again");
  await expect(writeObject(to, "new", there?.etag)).rejects.toThrow(refused);
  expect(await keeper.read(to)).toMatchObject({ text: "theirs again" });
  keeper.leave();
});

describe("alertstatus fleet push --stage", () => {
  let table: StateTable;
  beforeAll(async () => {
    table = await startStateTable();
    // An AWS client reads its environment once.
    vi.resetModules();
  });
  afterAll(() => table.close());

  const described = (outputs: string) =>
    `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>alertstatus-prod</StackName><Outputs>${outputs}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
  const output = (uri: string) => `<member><OutputKey>FleetUri</OutputKey><OutputValue>${uri}</OutputValue></member>`;
  const noStack =
    "<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id alertstatus-prod does not exist</Message></Error></ErrorResponse>";

  async function push(status: number, body: string) {
    const asked: string[] = [];
    const { url, close } = await serve(async (request, response) => {
      asked.push(await text(request));
      response.writeHead(status, { "content-type": "text/xml" }).end(body);
    });
    onTestFinished(close);
    const env = { ...store.env, ...table.env, AWS_ENDPOINT_URL_CLOUDFORMATION: url };
    const stdin = JSON.stringify({ clusters: [{ name: "one", kubernetes: { server: "https://one.example" } }] });
    return { ...(await alertstatus(["fleet", "push", "--fleet", "-", "--stage", "prod"], env, { stdin })), asked };
  }

  test("pushes to the place that the stack of the stage names", async () => {
    const keeper = fleetKeeper(store.settings);
    await keeper.makeBucket("of-prod");
    const { code, stdout, asked } = await push(200, described(output("s3://of-prod/fleet.yml")));
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("pushed to s3://of-prod/fleet.yml: 1 cluster") });
    expect(asked).toEqual([expect.stringContaining("StackName=alertstatus-prod")]);
    expect((await keeper.read("s3://of-prod/fleet.yml")).text).toContain("one.example");
    expect(table.items().map(({ partition, text }) => [partition?.S, JSON.parse(text?.S ?? "")])).toEqual([
      ["fleet", expect.objectContaining({ did: "push", version: "v1", added: ["one"], removed: [] })],
    ]);
    keeper.leave();
  });

  test("has replaced the fleet although the state cannot be written, and says so", async () => {
    table.fail(400, "PutItem");
    const keeper = fleetKeeper(store.settings);
    await keeper.makeBucket("without-state");
    const { code, stdout, stderr } = await push(200, described(output("s3://without-state/fleet.yml")));
    table.fail(200, "PutItem");
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: expect.stringContaining("pushed to"),
      stderr: expect.stringContaining(
        "error: the fleet is replaced, but not so its state: alertstatus-prod: dynamodb:PutItem: AccessDeniedException",
      ),
    });
    keeper.leave();
  });

  test.each([
    { where: "there is no such stack", status: 400, body: noStack, says: "there is no stack alertstatus-prod in this account and region" },
    { where: "the stack is not finished", status: 200, body: described(""), says: "has no output FleetUri yet" },
  ])("says what to do where $where", async ({ status, body, says }) => {
    const { code, stderr } = await push(status, body);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(says) });
  });
});

describe("alertstatus fleet push refuses, with exit code 2 and nothing written,", { timeout: 60_000 }, () => {
  const to = "s3://refusing/fleet.json";
  let keeper: FleetKeeper;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "alertstatus-push-"));
    keeper = fleetKeeper(store.settings);
    await keeper.makeBucket("refusing");
    await keeper.put(to, JSON.stringify({ clusters: [] }));
  });
  afterAll(async () => {
    keeper.leave();
    await rm(folder, { recursive: true });
  });

  const server = "https://one.example";
  const plain = { kubernetes: { server } };

  async function refused(
    entry: object,
    { words = ["--to", to], env = {}, failure }: { words?: readonly string[]; env?: NodeJS.ProcessEnv; failure?: Failure } = {},
  ): Promise<string> {
    const file = join(folder, "fleet.json");
    await writeFile(file, JSON.stringify({ clusters: [aCluster({ name: "one", ...entry })] }));
    const before = await keeper.read(to);
    store.failWith(failure);
    const { code, stdout, stderr } = await alertstatus(["fleet", "push", "--fleet", file, ...words], { ...store.env, ...env });
    store.failWith();
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^error: /);
    expect(stderr).not.toContain(CANARY);
    expect(await keeper.read(to)).toEqual(before);
    return stderr;
  }

  test.each([
    {
      what: "a token in a file",
      entry: { kubernetes: { server, auth: { token: { file: "token" } } } },
      says: "clusters[0].kubernetes.auth.token",
    },
    {
      what: "a token in the environment",
      entry: { kubernetes: { server, auth: { token: { env: "TOKEN" } } } },
      says: "clusters[0].kubernetes.auth.token",
    },
    {
      what: "a kubeconfig file",
      entry: { kubernetes: { kubeconfig: { file: "~/.kube/config" } } },
      says: "clusters[0].kubernetes.kubeconfig",
    },
    { what: "a CA in a file", entry: { kubernetes: { server, ca: { file: "ca.pem" } } }, says: "clusters[0].kubernetes.ca" },
    {
      what: "the receiver's own secret",
      entry: { kubernetes: { server, auth: { token: { ssm: "/receiver" } } } },
      says: "clusters[0].kubernetes.auth.token",
    },
    {
      what: "a secret written in the fleet",
      entry: { kubernetes: { server, auth: { token: CANARY } } },
      says: "clusters[0].kubernetes.auth.token",
    },
    { what: "a wrong field", entry: { ...plain, mode: "dry-run" }, says: "clusters[0].mode" },
  ])("$what", async ({ entry, says }) => {
    expect(await refused(entry, { env: { RECEIVER_SECRET: "ssm:/receiver" } })).toContain(says);
  });

  test.each([
    {
      what: "a target that is no object",
      words: ["--to", "ssm:/fleet"],
      says: "error: ssm:/fleet: a place in S3 is written s3://bucket/key",
    },
    { what: "a target that is a file", words: ["--to", "fleet.json"], says: "a place in S3 is written s3://bucket/key" },
    { what: "a target that is an earlier version", words: ["--to", `${to}?versionId=v1`], says: "leave ?versionId out" },
    { what: "a bucket that is not there", words: ["--to", "s3://missing/fleet.json"], says: "NoSuchBucket: there is no such bucket" },
    { what: "no target", words: [], says: "nothing says where the fleet is pushed to: give --stage, or --to s3://bucket/key" },
    {
      what: "two targets",
      words: ["--to", to, "--stage", "prod"],
      says: "option '--to <uri>' cannot be used with option '--stage <name>'",
    },
  ])("$what", async ({ words, says }) => {
    expect(await refused(plain, { words })).toContain(says);
  });

  test.each([
    { what: "a region", env: { AWS_REGION: undefined }, says: "set AWS_REGION" },
    { what: "credentials", env: { AWS_ACCESS_KEY_ID: undefined }, says: "no AWS credentials were found" },
  ])("without $what of AWS", async ({ env, says }) => {
    // An AWS client reads its environment once.
    vi.resetModules();
    onTestFinished(() => void vi.resetModules());
    expect(await refused(plain, { env: { ...env, HOME: folder } })).toContain(says);
  });

  test.each<{ what: string; failure: Failure; says: string }>([
    {
      what: "where it may not look",
      failure: { status: 403, code: "AccessDenied", message: CANARY },
      says: "s3:GetObject: AccessDenied: allow it",
    },
    {
      what: "where the login is over",
      failure: { status: 400, code: "ExpiredToken", message: CANARY },
      says: "ExpiredToken: log in to AWS again",
    },
    { what: "where AWS does not answer", failure: "hangs up", says: "ECONNRESET: check the network path to AWS" },
  ])("$what", async ({ failure, says }) => {
    const stderr = await refused(plain, { failure });
    expect(stderr).toContain(`error: ${to}: `);
    expect(stderr).toContain(says);
  });
});
