// Recognizes the kinds of the catalogue that carry no conditions of others, and asks an API server for the schema of the rest.

import { afterAll, expect, test } from "vitest";
import { readCatalogue } from "../../functions/cli/catalogue.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { kindsOf } from "../../functions/core/profile/profile.ts";
import { checkConditions, openSchemas, refusersIn } from "../../functions/doctor/conditions.ts";
import { openConnections } from "../../functions/io/http/connections.ts";
import { kinds } from "../support/builders.ts";
import { aClient, aLogin } from "../support/client.ts";
import { serve } from "../support/http-server.ts";

const catalogue = await readCatalogue();
const refusers = refusersIn(catalogue);
const observed = catalogue.filter(({ observe }) => observe !== undefined);
const kafka = observed.flatMap(({ profiles }) => kindsOf(Object.values(profiles))).find(({ kind }) => kind === "Kafka")!;
const connections = openConnections();
afterAll(() => connections.close());

test("every kind that the catalogue only observes is known, with the reason, in whatever version it is served", () => {
  expect(observed.length).toBeGreaterThan(5);
  for (const { observe, profiles } of observed)
    for (const of of kindsOf(Object.values(profiles))) expect(refusers({ ...of, version: "v9" })).toBe(observe);
  expect(refusers(kinds.TracePipeline)).toBeUndefined();
});

test("a profile that would write there is told to observe, and the schema is asked for beside that", async () => {
  const paths: string[] = [];
  const { url, close } = await serve(({ url: path = "" }, response) => {
    paths.push(path);
    response.writeHead(403).end("{}");
  });
  const profiles = {
    kafka: { ...catalogue.flatMap((entry) => Object.values(entry.profiles)).find((one) => kindsOf([one])[0] === kafka)! },
  };
  const schemas = openSchemas(aClient(connections, aLogin({ origin: url })));
  const fleet = (mode: string) =>
    parseFleet({
      clusters: [
        { name: "prod", profiles: ["kafka"], mode, kubernetes: { server: "https://a.example" }, alerts: { url: "https://b.example" } },
      ],
      profiles,
    });
  const check = (mode: string) => checkConditions(fleet(mode).clusters[0]!, kafka, [], schemas, refusers);
  expect(await check("own")).toMatchObject([
    { check: "condition list of Kafka", was: "skipped", message: expect.stringContaining("(forbidden)") },
    { check: "owner of Kafka", was: "warning", remedy: expect.stringContaining("mode: observe") },
  ]);
  await check("shadow");
  expect(paths).toEqual(["/openapi/v3/apis/kafka.strimzi.io/v1"]);
  expect(await check("observe")).toMatchObject([{ check: "owner of Kafka", was: "ok" }]);
  await close();
});
