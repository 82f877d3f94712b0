// States what an API server refuses and in which words, for the simulator and for a real one.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Client } from "../../functions/io/http/client.ts";
import { listResources, patchConditions, readResource } from "../../functions/io/kubernetes/resources.ts";
import { apiRequest } from "../support/api-request.ts";
import { aResource } from "../support/builders.ts";
import { type ContractCluster, clientTo, openCluster } from "./cluster.ts";

const pipeline = aResource({ name: "guarded" });
const PIPELINES = "/apis/telemetry.kyma-project.io/v1beta1/tracepipelines";

let cluster: ContractCluster;
beforeAll(async () => {
  cluster = await openCluster();
  await cluster.put(pipeline.of, pipeline.object);
});
afterAll(() => cluster.close());

const calls: Readonly<Record<string, (client: Client) => Promise<unknown>>> = {
  "to list": (client) => listResources(client, pipeline.of),
  "to read": (client) => readResource(client, pipeline),
  "to write": (client) => patchConditions(client, pipeline, []),
};

describe.each(Object.entries(calls))("an API server refuses %s", (_, call) => {
  test("with a token that the server does not know", async () => {
    await expect(call(clientTo(cluster, "unknown-token"))).rejects.toMatchObject({
      code: "unauthorized",
      message: expect.stringContaining("answered 401: Unauthorized"),
    });
  });

  test("without a token", async () => {
    await expect(call(clientTo(cluster))).rejects.toMatchObject({
      code: "forbidden",
      message: expect.stringContaining('is forbidden: User "system:anonymous" cannot'),
    });
  });

  test("without a role", async () => {
    await expect(call(clientTo(cluster, cluster.strangerToken))).rejects.toMatchObject({
      code: "forbidden",
      message: expect.stringContaining('is forbidden: User "stranger" cannot'),
    });
  });
});

test("a refusal names the missing permission", async () => {
  await expect(listResources(clientTo(cluster, cluster.strangerToken), pipeline.of)).rejects.toThrow(
    'listing tracepipelines: the API server answered 403: tracepipelines.telemetry.kyma-project.io is forbidden: User "stranger" cannot list resource "tracepipelines" in API group "telemetry.kyma-project.io" at the cluster scope',
  );
});

const PROXY = "services/telemetry-self-monitor:9090/proxy/api/v1/alerts";

test.each([
  ["PATCH", `${PIPELINES}/guarded`, 'cannot patch resource "tracepipelines" in API group "telemetry.kyma-project.io" at the cluster scope'],
  ["PUT", `${PIPELINES}/guarded/status`, 'cannot update resource "tracepipelines/status" in API group "telemetry.kyma-project.io"'],
  ["DELETE", `${PIPELINES}/guarded`, 'cannot delete resource "tracepipelines"'],
  ["POST", PIPELINES, 'cannot create resource "tracepipelines"'],
  ["GET", "/apis/shop.example/v1/databases", 'cannot list resource "databases" in API group "shop.example" at the cluster scope'],
  ["GET", "/apis/absent.example/v1/tracepipelines", 'cannot list resource "tracepipelines" in API group "absent.example"'],
  ["GET", "/api/v1/namespaces/kyma-system/secrets", 'cannot list resource "secrets" in API group "" in the namespace "kyma-system"'],
  ["GET", `/api/v1/namespaces/default/${PROXY}`, 'cannot get resource "services/proxy" in API group "" in the namespace "default"'],
  ["GET", `/api/v1/namespaces/kyma-system/${PROXY.replace("9090", "9091")}`, 'services "telemetry-self-monitor:9091" is forbidden'],
  ["POST", `/api/v1/namespaces/kyma-system/${PROXY}`, 'cannot create resource "services/proxy"'],
] as const)("the shipped roles do not allow %s %s", async (method, path, message) => {
  const body = method === "GET" || method === "DELETE" ? undefined : {};
  expect(await apiRequest({ ...cluster, token: cluster.token })(method, path, body)).toMatchObject({
    status: 403,
    body: { kind: "Status", status: "Failure", reason: "Forbidden", code: 403, message: expect.stringContaining(message) },
  });
});

describe("discovery of an API group", () => {
  const GROUP = "/apis/telemetry.kyma-project.io";

  test("is allowed for every authenticated user", async () => {
    expect(await apiRequest({ ...cluster, token: cluster.strangerToken })("GET", GROUP)).toMatchObject({ status: 200 });
  });

  test("is refused without a valid login", async () => {
    expect(await apiRequest({ ...cluster, token: undefined })("GET", GROUP)).toMatchObject({
      status: 403,
      body: { message: `forbidden: User "system:anonymous" cannot get path "${GROUP}"` },
    });
    expect(await apiRequest({ ...cluster, token: "unknown-token" })("GET", GROUP)).toMatchObject({ status: 401 });
  });
});
