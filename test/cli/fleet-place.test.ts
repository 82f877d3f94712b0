// Edits the fleet of a stage on what was read, and compares two profiles in its state.

import { Readable, Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openFleetPlace } from "../../functions/cli/fleet-place.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { promotionOf } from "../../functions/core/fleet/promote.ts";
import { aCluster } from "../core/fleet/fleet-documents.ts";
import { type AwsStore, startAwsStore } from "../support/aws-store.ts";
import { type FleetKeeper, fleetKeeper } from "../support/fleet-keeper.ts";
import { type StateTable, startStateTable } from "../support/state-table.ts";
import { alertstatus } from "./alertstatus.ts";
import { leaveRuns, pipeline } from "./seeded-state.ts";

const TO = "s3://fleets/fleet.json";
const kubernetes = { server: "https://one.example", auth: { token: { secret: "one" } } };
const document = { defaults: { mode: "shadow" }, clusters: [aCluster({ name: "one", kubernetes }), { name: "two", mode: "loud" }] };

let store: AwsStore;
let table: StateTable;
let keeper: FleetKeeper;
beforeAll(async () => {
  [store, table] = await Promise.all([startAwsStore(), startStateTable()]);
  Object.assign(process.env, store.env, table.env);
  keeper = fleetKeeper(store.settings);
  await keeper.makeBucket("fleets");
});
afterAll(async () => {
  keeper.leave();
  await Promise.all([store.close(), table.close()]);
});

async function opened() {
  const shown: string[] = [];
  const stream = () => new Writable({ write: (chunk, _, done) => done(void shown.push(String(chunk))) });
  const [stdout, stderr] = [stream(), stream()];
  const { signal } = new AbortController();
  const terminal = { stdin: Readable.from([]), stdout, stderr, env: store.env, signal, exitCode: 0, program: "alertstatus", version: "1" };
  await keeper.put(TO, JSON.stringify(document));
  const place = await openFleetPlace(terminal, { to: TO });
  const entry = place.fleet.clusters[0] ?? expect.fail("the fleet has a cluster");
  return { place, next: await place.edited(entry, promotionOf(entry, undefined)), shown };
}

describe("the fleet of a stage", () => {
  test("is replaced with one mode changed, whatever else is wrong in it", async () => {
    const { place, next, shown } = await opened();
    await place.write(next, { dryRun: false, why: "a trial" });
    const [one, two] = document.clusters;
    expect(JSON.parse((await keeper.read(TO)).text)).toEqual({ ...document, clusters: [{ ...one, mode: "own" }, two] });
    expect(shown.join("")).toBe(`changed  one\npushed to ${TO}: 1 cluster, 0 added, 0 removed, 1 changed\n`);
  });

  test("is not replaced where another push was faster", async () => {
    const { place, next } = await opened();
    await keeper.put(TO, JSON.stringify({ clusters: [] }));
    await expect(place.write(next, { dryRun: false, why: "" })).rejects.toThrow("another push has replaced it meanwhile");
    expect(parseFleet(JSON.parse((await keeper.read(TO)).text)).clusters).toEqual([]);
  });

  test("is not replaced by a dry run", async () => {
    const { place, next, shown } = await opened();
    await place.write(next, { dryRun: true, why: "" });
    expect(JSON.parse((await keeper.read(TO)).text)).toEqual(document);
    expect(shown.join("")).toContain("would be pushed to");
  });
});

describe("the state of a stage", () => {
  const [OWN, SHADOW] = ["kyma-telemetry", "v2"];
  const judged = (name: string, profile: string, status: string, reason: string, because: readonly string[] = []) => ({
    ...pipeline(name, status, reason, because),
    profile,
  });
  const saw = (cluster: string, status: string) => ({
    cluster,
    labels: { region: cluster.slice(0, 2) },
    resources: [
      judged(
        "shop",
        OWN,
        status,
        status === "True" ? "FlowHealthy" : "GatewayThrottling",
        status === "True" ? [] : ["TraceGatewayThrottling"],
      ),
      judged("shop", SHADOW, "True", "FlowHealthy"),
      judged("audit", OWN, "True", "FlowHealthy"),
      judged("audit", SHADOW, "True", "Healthy"),
    ],
  });
  const compare = (...words: readonly string[]) =>
    alertstatus(["status", "--stage", "test", "--compare", `${OWN},${SHADOW}`, ...words], { ...store.env, ...table.env });
  const nowMs = Date.now();
  beforeAll(async () => {
    const { openStore } = await import("../../functions/state/store.ts");
    await leaveRuns(openStore("alertstatus-test", nowMs, 5_000), nowMs, [
      { minutesAgo: 90, saw: [saw("eu-1", "True"), saw("us-1", "True"), saw("us-2", "True")] },
      { minutesAgo: 40, saw: [saw("eu-1", "True"), saw("us-1", "False"), saw("us-2", "True")] },
      { minutesAgo: 5, saw: [saw("eu-1", "True"), saw("us-1", "False"), saw("us-2", "False")] },
    ]);
  });

  test("tells where two profiles disagree, since when, where and because of what", async () => {
    const { code, stdout } = await compare();
    const [head, , heads, ...rows] = stdout.trimEnd().split("\n");
    expect({ code, head }).toEqual({
      code: 0,
      head: "test: kyma-telemetry and v2 agree on 4 of 6 resources of 3 clusters; for another reason on 3 of them",
    });
    expect(heads?.split(/ {3,}/)).toEqual(["KYMA-TELEMETRY", "V2", "SINCE", "COUNT", "WHERE", "BECAUSE"]);
    expect(rows.map((row) => row.split(/ {3,}/))).toEqual([
      ["False GatewayThrottling", "True FlowHealthy", expect.stringMatching(/^4\dm$/), "2 in 2", "us-1, us-2", "TraceGatewayThrottling"],
    ]);
  });

  test("tells of each by -o wide, of what lasts by --for, of a part by --selector", async () => {
    const clustersIn = ({ stdout }: { stdout: string }) => stdout.match(/^[a-z]{2}-\d/gm);
    expect(clustersIn(await compare("-o", "wide"))).toEqual(["us-1", "us-2"]);
    expect(clustersIn(await compare("-o", "wide", "--for", "30m"))).toEqual(["us-1"]);
    expect(clustersIn(await compare("-o", "wide", "--selector", "region=eu"))).toBeNull();
    expect((await compare("-o", "name")).stdout).toBe("us-1 tracepipeline/shop\nus-2 tracepipeline/shop\n");
  });

  test("tells the profiles apart in status and history", async () => {
    const status = await alertstatus(["status", "--stage", "test", "-o", "json"], { ...store.env, ...table.env });
    const [{ resources }] = JSON.parse(status.stdout).clusters;
    expect(resources.map(({ name, profile }: Record<string, string>) => `${name} ${profile}`).sort()).toEqual([
      "audit kyma-telemetry",
      "audit v2",
      "shop kyma-telemetry",
      "shop v2",
    ]);
    const history = await alertstatus(["history", "--stage", "test", "--since", "1h", "-o", "json"], { ...store.env, ...table.env });
    expect(JSON.parse(history.stdout).entries).toMatchObject([
      { cluster: "us-1", profile: OWN, to: { status: "False" } },
      { cluster: "us-2", profile: OWN, to: { status: "False" } },
    ]);
  });
});
