import { afterAll, beforeAll, expect, test } from "vitest";
import { openProofs } from "../../functions/cluster/source.ts";
import { apiRequest } from "../support/api-request.ts";
import { aResource } from "../support/builders.ts";
import { type HttpServer, serve } from "../support/http-server.ts";
import type { Simulator } from "../support/simulator.ts";
import { describeOutcomes, openFleet, type SimulatedFleet, startSimulators } from "./simulated-fleet.ts";

// Rancher serves every cluster on one origin, with one token, and Mimir every tenant: only the path tells them apart.
const paths = ["/clusters/one", "/clusters/two"];

let apis: readonly Simulator[];
let gateway: HttpServer;
let fleets: readonly SimulatedFleet[];
beforeAll(async () => {
  apis = await startSimulators(paths.length);
  for (const api of apis) api.put(aResource().object);
  gateway = await serve(async (request, response) => {
    const { method, url = "" } = request;
    const index = paths.findIndex((path) => url.startsWith(path));
    const { url: server, token } = apis[index]!;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = chunks.length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString());
    const answer = await apiRequest({ server, token })(method === "PATCH" ? "PATCH" : "GET", url.slice(paths[index]!.length), body);
    response.writeHead(answer.status).end(JSON.stringify(answer.body));
  });
  const members = paths.map((path, index) => ({ name: `c${index}`, api: { ...apis[index]!, url: gateway.url + path } }));
  fleets = await Promise.all(members.map((member) => openFleet([member])));
});
afterAll(async () => {
  await Promise.all(fleets.map((fleet) => fleet.close()));
  await gateway.close();
  await Promise.all(apis.map((api) => api.close()));
});

test("what one cluster behind a gateway has proven says nothing of another behind it", async () => {
  const proofs = openProofs();
  const [one, two] = fleets;
  expect(describeOutcomes(await two!.pass())).toEqual(["c1: patched, True"]);
  apis[1]!.setEvidence({ rules: [] });
  expect(describeOutcomes(await one!.pass(proofs))).toEqual(["c0: patched, True"]);
  expect(describeOutcomes(await two!.pass(proofs))).toEqual([expect.stringContaining("c1: patched, Unknown, rules not loaded: ")]);
});
