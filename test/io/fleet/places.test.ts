import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConfigError } from "../../../functions/core/errors.ts";
import { loadFleet } from "../../../functions/io/fleet/source.ts";
import { type AwsStore, startAwsStore } from "../../support/aws-store.ts";
import { type FleetKeeper, fleetKeeper } from "../../support/fleet-keeper.ts";

let store: AwsStore;
let keeper: FleetKeeper;
beforeAll(async () => {
  store = await startAwsStore();
  Object.assign(process.env, store.env);
  keeper = fleetKeeper(store.settings);
  await keeper.makeBucket("fleets");
  await keeper.put("s3://fleets/fleet.json", JSON.stringify({ clusters: [] }));
});
afterAll(async () => {
  keeper.leave();
  await store.close();
});

describe("a place that holds no fleet is named, with what to do:", () => {
  test.each([
    { uri: "s3://fleets/none.json", says: "NoSuchKey: there is no fleet yet: `fleet push --to` puts one there" },
    { uri: "s3://fleets/fleet.json?versionId=none", says: "s3:GetObjectVersion: NoSuchVersion: there is no such version" },
    { uri: "s3://nobodys/fleet.json", says: "NoSuchBucket: there is no such bucket" },
    { uri: "ssm:/none", says: "ParameterNotFound: there is no such parameter" },
    { uri: "s3:/fleets/fleet.json", says: "a place in S3 is written s3://bucket/key" },
    { uri: "s3://fleets", says: "a place in S3 is written s3://bucket/key" },
    { uri: "https://fleets.example/fleet.json", says: "a fleet is read from a path, file:PATH, s3://bucket/key or ssm:/name" },
    { uri: "file:/none/fleet.yml", says: "there is no such file" },
  ])("$uri: $says", async ({ uri, says }) => {
    const error = await loadFleet(uri).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toContain(`${uri}: `);
    expect(String(error)).toContain(says);
  });
});

describe("an object", () => {
  test("holds a fleet of 10,000 clusters", async () => {
    const kubernetes = { eks: { name: "prod", region: "eu-central-1", roleArn: "arn:aws:iam::123456789012:role/alertstatus-prod-eks" } };
    const clusters = Array.from({ length: 10_000 }, (_, index) => ({
      name: `cluster-${index}`,
      labels: { region: "eu-central-1" },
      kubernetes,
    }));
    await keeper.put("s3://fleets/large.json", JSON.stringify({ clusters }));
    expect((await loadFleet("s3://fleets/large.json")).fleet.clusters).toHaveLength(10_000);
  });

  test("of more than 16 MiB is refused", async () => {
    await keeper.put("s3://fleets/huge.json", " ".repeat(16 * 1024 * 1024 + 1));
    await expect(loadFleet("s3://fleets/huge.json")).rejects.toThrow("s3://fleets/huge.json: a fleet of more than 16 MiB is refused");
  });

  test("in JSON that says one thing twice is not taken, as in YAML", async () => {
    await keeper.put("s3://fleets/twice.json", '{"clusters":[],"clusters":[]}');
    await expect(loadFleet("s3://fleets/twice.json")).rejects.toThrow("line 1, column 16: Map keys must be unique");
  });

  test("that never ends is given up", async () => {
    store.failWith("never ends");
    await expect(loadFleet("s3://fleets/fleet.json")).rejects.toThrow("s3:GetObject: ABORT_ERR: check the network path to AWS");
  });
});
