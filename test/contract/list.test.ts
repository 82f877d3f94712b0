// States how lists behave, for the simulator and for a real API server.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { valueAt } from "../../functions/core/json.ts";
import { parseResourceList } from "../../functions/core/kubernetes/item.ts";
import { openKnownLists } from "../../functions/io/kubernetes/known-lists.ts";
import { listResources } from "../../functions/io/kubernetes/resources.ts";
import { apiRequest } from "../support/api-request.ts";
import { aResource, kinds } from "../support/builders.ts";
import { PATIENTLY } from "../support/patience.ts";
import { aDatabase, type ContractCluster, clientTo, databases, openCluster } from "./cluster.ts";
import { AGED, type Forwarder, startForwarder } from "./forwarder.ts";

const namesOf = (resources: readonly { name: string }[]) => resources.map(({ name }) => name);

let cluster: ContractCluster;
let forwarder: Forwarder;
beforeAll(async () => {
  cluster = await openCluster();
  forwarder = await startForwarder(cluster);
});
afterAll(async () => {
  await forwarder.close();
  await cluster.close();
});

test("a kind without objects is an empty list", async () => {
  expect(await listResources(clientTo(cluster, cluster.token), kinds.MetricPipeline)).toEqual([]);
});

test("the objects of all namespaces are one list, in the order of namespace and name", async () => {
  await cluster.put(databases, aDatabase("kyma-system", "list-orders"));
  await cluster.put(databases, aDatabase("default", "list-users"));
  await cluster.put(databases, aDatabase("default", "list-carts"));
  const resources = await listResources(clientTo(cluster, cluster.adminToken), databases);
  const own = resources.filter(({ name }) => name.startsWith("list-"));
  expect(own.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual([
    "default/list-carts",
    "default/list-users",
    "kyma-system/list-orders",
  ]);
});

test("an object that waits for its finalizers is marked as being deleted", async () => {
  const of = kinds.TracePipeline;
  const isDeleting = async () =>
    (await listResources(clientTo(cluster, cluster.token), of)).filter((item) => "deleting" in item).find(({ name }) => name === "leaving")
      ?.deleting;
  const pipeline = aResource({ name: "leaving" }).object;
  await cluster.put(of, { ...pipeline, metadata: { name: "leaving", finalizers: ["shop.example/wait"] } });
  expect(await isDeleting()).toBe(false);
  await cluster.remove(of, "leaving");
  expect(await isDeleting()).toBe(true);
});

test("a list is the one before, though something else was written, until one of its objects changes", async () => {
  const lists = openKnownLists();
  const own = async () =>
    (await listResources(clientTo(cluster, cluster.token), kinds.TracePipeline, { lists })).find(({ name }) => name === "known");
  const objectOf = (item?: object) => item && "object" in item && item.object;
  await cluster.put(kinds.TracePipeline, aResource({ name: "known" }).object);
  let count = 0;
  const isSame = async () => {
    const before = objectOf(await own());
    await cluster.put(databases, aDatabase("default", `beside-${++count}`));
    return before !== undefined && before === objectOf(await own());
  };
  // Other tests write to the real API server too.
  await expect.poll(isSame, PATIENTLY).toBe(true);
  const before = await own();
  await cluster.put(
    kinds.TracePipeline,
    aResource({ name: "known", spec: { output: { otlp: { endpoint: { value: "changed" } } } } }).object,
  );
  const after = await own();
  expect(after).not.toEqual(before);
  expect(valueAt(objectOf(after), ["spec", "output", "otlp", "endpoint", "value"])).toBe("changed");
});

describe("a list of more objects than fit on a page", () => {
  const of = kinds.MetricPipeline;
  const path = `/apis/${of.group}/${of.version}/${of.plural}`;
  const names = Array.from({ length: 501 }, (_, index) => `many-${String(index).padStart(3, "0")}`);
  const page = async (query: string) => {
    const answer = await apiRequest({ ...cluster, token: cluster.token })("GET", `${path}?${query}`);
    return { ...answer, next: encodeURIComponent(String(valueAt(answer.body, ["metadata", "continue"]))) };
  };

  beforeAll(async () => {
    await Promise.all(names.map((name) => cluster.put(of, aResource({ kind: "MetricPipeline", name }).object)));
  });

  test("is read page by page", async () => {
    forwarder.seen.length = 0;
    expect(namesOf(await listResources(clientTo({ server: forwarder.url }), of))).toEqual(names);
    expect(forwarder.seen).toMatchObject([
      { path: `${path}?limit=500`, status: 200 },
      { path: expect.stringContaining(`${path}?limit=500&continue=`), status: 200 },
    ]);
  });

  test("is read from the start when it expires half-way", async () => {
    await cluster.forgetHistory();
    forwarder.seen.length = 0;
    forwarder.ageNextPage();
    expect(namesOf(await listResources(clientTo({ server: forwarder.url }), of))).toEqual(names);
    expect(forwarder.seen.map(({ status }) => status)).toEqual([200, 410, 200, 200]);
  });

  test("shows on all pages what it held when the first was read", async () => {
    const first = await page("limit=499");
    await cluster.put(of, aResource({ kind: "MetricPipeline", name: "many-zzz" }).object);
    const second = await page(`limit=499&continue=${first.next}`);
    expect(namesOf(parseResourceList(of, second.body).items)).toEqual(["many-499", "many-500"]);
    expect(second.next).toBe("");
    await cluster.remove(of, "many-zzz");
  });

  test("answers 410 to a token that has expired, with words for the reason", async () => {
    await cluster.forgetHistory();
    expect(await page(`limit=2&continue=${AGED}`)).toMatchObject({ status: 410, body: { kind: "Status", reason: "Expired", code: 410 } });
  });

  test("answers 400 to a token that is none", async () => {
    expect(await page("limit=2&continue=none")).toMatchObject({ status: 400, body: { kind: "Status", reason: "BadRequest", code: 400 } });
  });
});

describe("a kind that is not served", () => {
  const pipelines = kinds.TracePipeline;
  const asAdministrator = () => clientTo(cluster, cluster.adminToken);

  test("in a group that is not there: there is nothing to judge", async () => {
    expect(await listResources(asAdministrator(), { ...pipelines, group: "absent.example" })).toEqual([]);
  });

  test.each([
    ["version", { ...pipelines, version: "v1" }],
    ["kind", { ...pipelines, plural: "profilepipelines" }],
  ])("in a group that is there without the %s: the cluster lacks something", async (_, of) => {
    await expect(listResources(asAdministrator(), of)).rejects.toMatchObject({ code: "kind-not-served" });
  });

  test.each([
    ["/apis/absent.example", 404, "404 page not found\n"],
    ["/apis/absent.example/v1/things", 404, "404 page not found\n"],
    [`/apis/${pipelines.group}/v1/tracepipelines`, 404, "404 page not found\n"],
    [`/apis/${pipelines.group}/v1beta1/profilepipelines`, 404, "404 page not found\n"],
    [`/apis/${pipelines.group}`, 200, expect.objectContaining({ kind: "APIGroup", name: pipelines.group })],
  ])("GET %s answers %i", async (path, status, body) => {
    expect(await apiRequest({ ...cluster, token: cluster.adminToken })("GET", path)).toEqual({ status, body });
  });
});
