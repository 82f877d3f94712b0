// Tests `fleet push` by one suite against two backends: the simulated S3 and the S3 of the local cloud.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { aCluster } from "../core/fleet/fleet-documents.ts";
import { type FleetKeeper, fleetKeeper, type Settings } from "../support/fleet-keeper.ts";
import { alertstatus } from "./alertstatus.ts";

type Cloud = { readonly env: Readonly<Record<string, string>>; readonly settings: Settings };

/** Declares the tests of `fleet push` against the S3 of a backend. */
export function pushingFleets(cloud: () => Cloud): void {
  let folder: string;
  let keeper: FleetKeeper;
  let pushes = 0;
  let to: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "alertstatus-push-"));
    keeper = fleetKeeper(cloud().settings);
    await keeper.makeBucket("fleets");
    await keeper.makeBucket("without-versions", { versioned: false });
  });
  beforeEach(() => {
    to = `s3://fleets/stage-${pushes++}/fleet.json`;
  });
  afterAll(async () => {
    keeper.leave();
    await rm(folder, { recursive: true });
  });

  const cli = (...words: readonly string[]) => alertstatus(["fleet", ...words], cloud().env);
  const push = async (names: readonly string[], ...words: readonly string[]) =>
    cli("push", "--fleet", await written({ clusters: names.map(remote) }), "--to", to, ...words);

  async function written(document: unknown): Promise<string> {
    const file = join(folder, `fleet-${pushes++}.yml`);
    await writeFile(file, typeof document === "string" ? document : JSON.stringify(document));
    return file;
  }

  test("an object is replaced only by a writer with its current ETag", async () => {
    await keeper.put(to, "{}", { IfNoneMatch: "*" });
    const { etag } = await keeper.read(to);
    await expect(keeper.put(to, "[]", { IfNoneMatch: "*" })).rejects.toThrow(expect.objectContaining({ name: "PreconditionFailed" }));
    await keeper.put(to, "[1]", { IfMatch: etag });
    await expect(keeper.put(to, "[2]", { IfMatch: etag })).rejects.toThrow(expect.objectContaining({ name: "PreconditionFailed" }));
    expect(await keeper.read(to)).toMatchObject({ text: "[1]" });
  });

  describe("alertstatus fleet push", { timeout: 60_000 }, () => {
    test("writes the first fleet as JSON with the same content", async () => {
      const file = await written(
        "# of this team\ndefaults: &d {paused: true}\nclusters:\n  - name: one\n    kubernetes: {server: https://one.example}\n",
      );
      const { code, stdout, stderr } = await cli("push", "--fleet", file, "--to", to);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toBe(`added    one\npushed to ${to}: 1 cluster, 1 added, 0 removed, 0 changed\n`);
      const { text, type } = await keeper.read(to);
      expect(type).toBe("application/json");
      expect(JSON.parse(text)).toEqual({
        defaults: { paused: true },
        clusters: [{ name: "one", kubernetes: { server: "https://one.example" } }],
      });
      expect(await cli("validate", "--fleet", to)).toMatchObject({ code: 0, stdout: "valid: 1 cluster, 1 of them paused\n", stderr: "" });
    });

    test("prints what changes, and a command that works to clean up a removed cluster", async () => {
      await push(["one", "two", "three", "four", "five"]);
      const paused = { ...remote("one"), paused: true };
      const file = await written({ clusters: [paused, ...["two", "three", "four", "six"].map(remote)] });
      const { code, stdout, stderr } = await cli("push", "--fleet", file, "--to", to);
      expect(code).toBe(0);
      expect(stdout.split("\n")).toEqual([
        "added    six",
        "removed  five",
        "changed  one",
        `pushed to ${to}: 5 clusters, 1 added, 1 removed, 1 changed`,
        "",
      ]);
      const [, command = ""] = /alertstatus (cleanup .*)/.exec(stderr) ?? [];
      const words = command.replaceAll("'", "").split(" ");
      expect(words).toEqual(["cleanup", "--fleet", expect.stringContaining(`${to}?versionId=`), "--cluster", "five"]);
      // The cluster is found in the previous version; only its secret is missing.
      expect(await alertstatus(words, cloud().env)).toMatchObject({ code: 1, stderr: expect.stringContaining("error: five: ") });
      expect(await alertstatus([...words.slice(0, -1), "six"], cloud().env)).toMatchObject({ code: 2 });
    });

    test("refers to the operator's own copy where the bucket is not versioned", async () => {
      to = "s3://without-versions/fleet.json";
      await push(["one"], "--force");
      const { code, stderr } = await push([], "--force");
      expect(code).toBe(0);
      expect(stderr).toContain("cleanup --fleet FLEET-BEFORE --cluster one");
      expect(stderr).toContain("this bucket keeps no versions");
    });

    test("shows the change and writes nothing with --dry-run", async () => {
      await push(["one"]);
      const before = await keeper.read(to);
      const { code, stdout, stderr } = await push(["one", "two"], "--dry-run");
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toBe(`added    two\nwould be pushed to ${to}: 2 clusters, 1 added, 0 removed, 0 changed\n`);
      expect(await keeper.read(to)).toEqual(before);
    });

    test("does not write a fleet with the same content", async () => {
      await push(["one"]);
      expect(await push(["one"])).toEqual({ code: 0, stdout: `already in ${to}: 1 cluster, 0 added, 0 removed, 0 changed\n`, stderr: "" });
    });

    test("drops more than a fifth of the clusters only with --force", async () => {
      await push(["one", "two", "three", "four"]);
      const before = await keeper.read(to);
      const { code, stdout, stderr } = await push(["one", "two", "three"]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "removed  four\n" });
      expect(stderr).toBe(`error: ${to}: 1 of 4 clusters would be dropped, more than a fifth (four): use --force if that is intended\n`);
      expect(await push(["one", "two", "three"], "--dry-run")).toMatchObject({ code: 2 });
      expect(await keeper.read(to)).toEqual(before);
      expect(await push(["one", "two", "three"], "--force")).toMatchObject({ code: 0 });
      expect(JSON.parse((await keeper.read(to)).text).clusters).toHaveLength(3);
    });

    test("replaces an object that is not a fleet only with --force", async () => {
      await keeper.put(to, "clusters: [canary-7f3a");
      const { code, stdout, stderr } = await push(["one"]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toContain(`error: ${to}: the object there is not a fleet`);
      expect(stderr).not.toContain("canary");
      expect(await push(["one"], "--force")).toMatchObject({ code: 0 });
    });

    test("pushes a fleet that is read from another object", async () => {
      await push(["one"]);
      const stage = to;
      expect(await cli("push", "--fleet", stage, "--to", stage.replace("stage", "prod"))).toMatchObject({ code: 0 });
      expect(await keeper.read(stage.replace("stage", "prod"))).toEqual(await keeper.read(stage));
      await keeper.put("ssm:/fleet", (await keeper.read(stage)).text);
      expect(await cli("push", "--fleet", "ssm:/fleet", "--to", stage)).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^already in /),
      });
    });
  });

  describe("alertstatus fleet pause", { timeout: 60_000 }, () => {
    const pause = (...words: readonly string[]) => cli("pause", ...words, "--to", to);
    const pausedIn = async () => JSON.parse((await keeper.read(to)).text).clusters.map(({ paused }: { paused?: object }) => paused);
    const own = { until: expect.stringMatching(/^20\d\d-\S+Z$/), why: "upgrade", by: expect.stringMatching(/./) };

    test("pauses clusters until a time, and says why and by whom; resume ends it", async () => {
      await push(["one", "two", "other"]);
      const { code, stdout, stderr } = await pause("t*", "one", "--for", "2h", "--why", "upgrade");
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toBe(`changed  one\nchanged  two\npushed to ${to}: 3 clusters, 0 added, 0 removed, 2 changed\n`);
      expect(await pausedIn()).toEqual([own, own, undefined]);
      expect((await cli("validate", "--fleet", to)).stdout).toBe("valid: 3 clusters, 2 of them paused\n");
      expect(await cli("resume", "one", "--to", to)).toMatchObject({ code: 0 });
      expect(await pausedIn()).toEqual([undefined, own, undefined]);
    });

    test("holds through a push of a file that knows nothing of it", async () => {
      await push(["one"]);
      await pause("one", "--for", "1h", "--why", "upgrade");
      const { stdout, stderr } = await push(["one", "two"]);
      expect(stderr).toContain("kept     one is paused still");
      expect(stdout).toContain("added    two\npushed to");
      expect(await pausedIn()).toEqual([own, undefined]);
    });

    test.each([
      { words: ["seven", "--for", "1h", "--why", "x"], says: "no such cluster in the fleet: seven" },
      { words: ["one", "--for", "soon", "--why", "x"], says: "write a duration" },
      { words: ["one", "--for", "1h"], says: "required option '--why <text>' not specified" },
    ])("$words is refused, and writes nothing", async ({ words, says }) => {
      await push(["one"]);
      const before = await keeper.read(to);
      expect(await pause(...words)).toMatchObject({ code: 2, stderr: expect.stringContaining(says) });
      expect(await keeper.read(to)).toEqual(before);
    });
  });

  test("fleet diff shows each field that differs, and ends with 1 where one does", { timeout: 60_000 }, async () => {
    await push(["one", "two", "gone"], "--force");
    const file = await written({
      clusters: [remote("one"), { ...remote("two"), mode: "shadow", labels: { region: "eu" } }, remote("new")],
    });
    const { code, stdout } = await cli("diff", "--fleet", file, "--to", to);
    expect({ code, lines: stdout.trimEnd().split("\n") }).toEqual({
      code: 1,
      lines: ["added    new", "removed  gone", "changed  two", "  labels.region: - → eu", "  profiles.kyma-telemetry.mode: own → shadow"],
    });
    expect(await cli("diff", "--fleet", to, "--to", to)).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test("fleet rollback puts an earlier version back, with the same checks as a push", { timeout: 60_000 }, async () => {
    await push(["one"]);
    const first = await keeper.read(to);
    const { stderr } = await push(["two"], "--force");
    const [, version = ""] = /versionId=([^']+)'/.exec(stderr) ?? [];
    expect(await cli("rollback", version, "--to", to)).toMatchObject({ code: 2, stderr: expect.stringContaining("more than a fifth") });
    expect(await cli("rollback", version, "--to", to, "--force")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("added    one\nremoved  two"),
    });
    expect(await keeper.read(to)).toEqual(first);
    expect(await cli("rollback", "no-such-version", "--to", to)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("there is no such version"),
    });
  });
}

function remote(name: string): object {
  return aCluster({ name, kubernetes: { server: `https://${name}.example`, auth: { token: { ssm: `/${name}` } } } });
}
