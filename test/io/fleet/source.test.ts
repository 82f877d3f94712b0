import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ConfigError } from "../../../functions/core/errors.ts";
import { loadFleet, openFleet } from "../../../functions/io/fleet/source.ts";
import { aCluster, aFleet } from "../../core/fleet/fleet-documents.ts";
import { type AwsStore, type Failure, startAwsStore } from "../../support/aws-store.ts";
import { clockAt } from "../../support/clock.ts";
import { type FleetKeeper, fleetKeeper } from "../../support/fleet-keeper.ts";

const CANARY = "canary-7f3a";
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

let store: AwsStore;
let keeper: FleetKeeper;
let folder: string;
beforeAll(async () => {
  store = await startAwsStore();
  Object.assign(process.env, store.env);
  keeper = fleetKeeper(store.settings);
  await keeper.makeBucket("fleets");
  folder = await mkdtemp(join(tmpdir(), "alertstatus-fleets-"));
});
afterEach(() => store.failWith());
afterAll(async () => {
  keeper.leave();
  await store.close();
  await rm(folder, { recursive: true });
});

const remote = (name: string) =>
  aCluster({ name, kubernetes: { server: `https://${name}.example`, auth: { token: { ssm: `/${name}` } } } });
const fleetOf = (...names: readonly string[]) => JSON.stringify(aFleet(...names.map(remote)));
const namesIn = ({ fleet }: { fleet: { clusters: readonly { name: string }[] } }) => fleet.clusters.map(({ name }) => name);

const places = [
  { kind: "an object", uri: "s3://fleets/prod/fleet.json", denied: "AccessDenied" },
  { kind: "a parameter", uri: "ssm:/alertstatus/prod/fleet", denied: "AccessDeniedException" },
];

describe.each(places)("a fleet in $kind", ({ uri, denied }) => {
  let time: number;
  let fleet: ReturnType<typeof openFleet>;
  beforeEach(async () => {
    await keeper.put(uri, fleetOf("one", "two"));
    time = 1_000_000;
    fleet = openFleet(uri, { clock: clockAt(() => time) });
  });

  /** What one more invocation gets, after this long; with how often it has asked. */
  async function later(ms: number) {
    time += ms;
    const before = store.requests();
    const answer = await fleet().catch((error: unknown) => error);
    if (answer instanceof ConfigError) return { error: answer.message, asked: store.requests() - before };
    if (answer instanceof Error) throw answer;
    return { ...(answer as Awaited<ReturnType<typeof fleet>>), asked: store.requests() - before };
  }

  test("is read by whoever asks, YAML or JSON, and has no folder", async () => {
    const { folder, ...loaded } = await loadFleet(uri);
    expect(namesIn(loaded)).toEqual(["one", "two"]);
    expect(folder).toBeUndefined();
    await keeper.put(uri, "# ours\nclusters:\n  - name: yaml\n    kubernetes: {server: https://yaml.example}\n");
    expect(namesIn(await loadFleet(uri))).toEqual(["yaml"]);
  });

  test("is asked for once by those who ask side by side", async () => {
    const before = store.requests();
    const [first, ...others] = await Promise.all([fleet(), fleet(), fleet()]);
    expect(store.requests() - before).toBe(1);
    for (const other of others) expect(other.fleet).toBe(first.fleet);
  });

  test("is looked at again after 30 seconds, and stays the same object while it is the same", async () => {
    const first = await fleet();
    expect(await later(30 * SECOND - 1)).toMatchObject({ asked: 0 });
    const second = await later(1);
    expect(second).toMatchObject({ asked: 1 });
    expect(second).toHaveProperty("fleet", first.fleet);
    expect("fleet" in second && second.fleet).toBe(first.fleet);
    expect(second).not.toHaveProperty("stale");
    expect(await later(30 * SECOND - 1)).toMatchObject({ asked: 0 });
  });

  test("is the new one within 30 seconds of a change", async () => {
    await fleet();
    await keeper.put(uri, fleetOf("one", "three"));
    expect(await later(29 * SECOND)).toMatchObject({ fleet: { clusters: [{ name: "one" }, { name: "two" }] } });
    expect(await later(SECOND)).toMatchObject({ fleet: { clusters: [{ name: "one" }, { name: "three" }] } });
  });

  test("names its version, and once the one that it replaced", async () => {
    const { version, ...first } = await fleet();
    expect(first).not.toHaveProperty("replaced");
    await keeper.put(uri, fleetOf("three"));
    const next = await later(30 * SECOND);
    expect(next).toMatchObject({ version: expect.stringMatching(/./), replaced: version });
    expect(next).not.toMatchObject({ version });
    expect(await later(SECOND)).not.toHaveProperty("replaced");
  });

  test("with a wrong entry is used, for the others", async () => {
    await fleet();
    await keeper.put(uri, JSON.stringify(aFleet(remote("one"), { ...remote("two"), mode: "dry-run" })));
    const next = await later(30 * SECOND);
    expect(next).toMatchObject({ fleet: { clusters: [{ name: "one" }], wrong: [{ name: "two" }] } });
    expect(next).not.toHaveProperty("stale");
  });

  test("may refer to secrets in AWS only", async () => {
    await keeper.put(uri, JSON.stringify(aFleet(remote("one"), aCluster({ name: "two" }))));
    const problem = expect.objectContaining({ path: ["clusters", 1, "kubernetes", "auth", "token"] });
    expect(await fleet()).toMatchObject({ fleet: { clusters: [{ name: "one" }], wrong: [{ name: "two", problems: [problem] }] } });
  });

  test("never refers to the receiver's own secret", async () => {
    const settings = { receiverSecret: { ssm: "/two" } };
    expect(await loadFleet(uri, settings)).toMatchObject({ fleet: { clusters: [{ name: "one" }], wrong: [{ name: "two" }] } });
  });

  describe.each([
    { when: "is no fleet any more", lose: () => keeper.put(uri, `{"klusters":["${CANARY}"]}`), why: "a list of clusters is expected" },
    { when: "nests 100,000 deep", lose: () => keeper.put(uri, `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`), why: "nested deeper" },
    { when: "is no YAML any more", lose: () => keeper.put(uri, `clusters: [${CANARY}`), why: "line 1, column" },
    { when: "is denied", lose: () => fail({ status: 403, code: denied, message: CANARY }), why: `${denied}: allow` },
    { when: "is cut off", lose: () => fail("hangs up"), why: "ECONNRESET: check the network path" },
    { when: "is behind a login page", lose: () => fail({ status: 403, page: `<html>${CANARY}</html>` }), why: "check the network path" },
    {
      when: "is asked for in vain",
      lose: () => fail({ status: 400, code: `</Code>${CANARY}` }),
      why: "no answer of AWS: check the network",
    },
  ])("that $when", ({ lose, why }) => {
    test("leaves the last good one in use, the very same, for less than 15 minutes, and says why", async () => {
      const { fleet: good } = await fleet();
      await lose();
      for (const ms of [30 * SECOND, 1, 14 * MINUTE + 30 * SECOND - 2]) {
        const stale = await later(ms);
        expect(stale).toMatchObject({ stale: expect.stringContaining(why) });
        expect(stale).toMatchObject({ stale: expect.stringMatching(new RegExp(`^${uri}: `)) });
        expect("fleet" in stale && stale.fleet).toBe(good);
      }
      const end = await later(1);
      expect(end).toMatchObject({ error: expect.stringContaining(why) });
      expect(JSON.stringify(end)).not.toContain(CANARY);
    });

    test("is an error where there is no good one, and asked for again by the next invocation", async () => {
      await lose();
      expect(await later(0)).toMatchObject({ error: expect.stringMatching(new RegExp(`^${uri}: `)) });
      const again = await later(0);
      expect(again).toMatchObject({ error: expect.stringContaining(why) });
      expect(again.asked).toBeGreaterThan(0);
      expect(JSON.stringify(again)).not.toContain(CANARY);
      store.failWith();
      await keeper.put(uri, fleetOf("one"));
      expect(await later(0)).toMatchObject({ fleet: { clusters: [{ name: "one" }] } });
    });

    test("is not asked for more often, and is forgotten when all is well again", async () => {
      await fleet();
      await lose();
      await later(30 * SECOND);
      expect(await later(30 * SECOND - 1)).toMatchObject({ asked: 0, stale: expect.anything() });
      store.failWith();
      await keeper.put(uri, fleetOf("one"));
      const healed = await later(1);
      expect(healed).toMatchObject({ asked: 1, fleet: { clusters: [{ name: "one" }] } });
      expect(healed).not.toHaveProperty("stale");
    });
  });
});

test("a file is read once by a function", async () => {
  const file = join(folder, "fleet.json");
  await writeFile(file, fleetOf("one"));
  let time = 0;
  const fleet = openFleet(`file:${file}`, { clock: clockAt(() => time) });
  const first = await fleet();
  expect(first).toMatchObject({ folder, fleet: { clusters: [{ name: "one" }] } });
  await rm(file);
  time += 15 * MINUTE;
  const second = await fleet();
  expect(second).not.toHaveProperty("stale");
  expect(second.fleet).toBe(first.fleet);
});

async function fail(failure: Failure): Promise<void> {
  store.failWith(failure);
}
