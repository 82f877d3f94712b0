// Replays the week of a simulated cluster by the command line.

import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { kymaTelemetry } from "../../functions/core/profile/kyma-telemetry.ts";
import { serve } from "../support/http-server.ts";
import { alertstatus } from "./alertstatus.ts";
import { type Story, type StorySettings, startStory, UNTIL } from "./replay-story.ts";

let story: Story;
afterEach(() => story?.close());

type Like = StorySettings["clustersLike"];

async function replay(words: readonly string[], settings?: StorySettings, terminal?: { readonly isTTY: boolean }) {
  story = await startStory(settings);
  return alertstatus(["replay", "--fleet", join(story.folder, "fleet.yml"), "--until", UNTIL, ...words], {}, terminal);
}
const clustersIn = (stdout: string) => JSON.parse(stdout).clusters.map(({ cluster }: { cluster: string }) => cluster);
async function replayed(words: readonly string[], settings?: StorySettings) {
  const { code, stdout, stderr } = await replay([...words, "-o", "json"], settings);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout);
}
const of = (name: string) => (one: { kind: string; name: string }) => one.kind === "TracePipeline" && one.name === name;
const DAY_MS = 86_400_000;
const LOST = "GatewayAllTelemetryDataDropped";

describe("alertstatus replay -o json", () => {
  test.each(["alerts", "expr"])("tells from %s when a pipeline would have changed, and because of what", async (from) => {
    const { resources } = await replayed(["--since", "2d", "--from", from]);
    const audit = resources.find(of("audit"));
    expect(audit.standing).toMatchObject({ status: "True", reason: "FlowHealthy" });
    expect(audit.transitions).toEqual([
      { at: "2026-11-25T14:01:00Z", status: "False", reason: LOST, because: ["TraceGatewayAllDataDropped"] },
      { at: "2026-11-25T14:52:00Z", status: "True", reason: "FlowHealthy", because: [] },
    ]);
    expect(audit.ms).toEqual({ True: 2 * DAY_MS - 51 * 60_000, False: 51 * 60_000, Unknown: 0 });
    expect(audit).toMatchObject({ flaps: 0, decided: [{ by: "healthy" }, { by: "row", what: "TraceGatewayAllDataDropped" }] });
  });

  test.each(["alerts", "expr"])("tells from %s that nothing is known of a gap, and counts no flap for it", async (from) => {
    const { resources, clusters } = await replayed(["--since", "6d", "--from", from]);
    const [{ gaps }] = clusters[0].profiles;
    expect(gaps).toEqual([{ at: "2026-11-22T03:00:30Z", ms: 7_170_000, why: "nothing is recorded" }]);
    const metrics = resources.find(({ kind }: { kind: string }) => kind === "MetricPipeline");
    expect(metrics.transitions.map(({ status, because }: { status: string; because: string[] }) => [status, ...because])).toEqual([
      ["Unknown", "nothing is recorded"],
      ["True"],
    ]);
    expect(metrics.ms.Unknown).toBeGreaterThanOrEqual(7_170_000);
  });

  test("holds what it computes against what was recorded", async () => {
    const { resources, clusters } = await replayed(["--since", "6d", "--from", "expr"]);
    expect(clusters[0].profiles[0].comparableMs).toBe(6 * DAY_MS - 7_170_000 - 60_000);
    expect(resources.flatMap(({ error }: { error: object[] }) => error)).toEqual([]);
  });

  test("counts flaps, and proposes a wait that takes them away", async () => {
    const { resources, clusters } = await replayed(["--since", "4d"]);
    expect(resources.find(of("shop")).flaps).toBeGreaterThan(5);
    const [proposal] = clusters[0].profiles[0].proposals;
    expect(proposal).toMatchObject({ field: "keepFiringFor", value: "5m" });
    expect(proposal.transitions.after).toBeLessThan(proposal.transitions.before / 2);
  });

  test("tells where two profiles disagree, and for how long", async () => {
    const { resources } = await replayed(["--since", "2d", "--from", "expr", "--profile", "calm", "--against", "kyma-telemetry"]);
    expect(resources.find(of("audit")).against).toEqual([
      { at: "2026-11-25T14:52:00Z", ms: 480_000, one: { status: "False", reason: LOST }, other: { status: "True", reason: "FlowHealthy" } },
    ]);
  });

  test("tells since when the source remembers anything, and knows nothing of the time before", async () => {
    const { resources, clusters } = await replayed(["--since", "2d"], { forgetsBefore: Date.parse(UNTIL) / 1_000 - DAY_MS / 1_000 });
    expect(clusters[0].profiles[0].remembersFrom).toBe("2026-11-26T00:00:00Z");
    expect(resources.find(of("audit")).standing).toMatchObject({ status: "Unknown", because: ["nothing is recorded"] });
    expect(resources.find(of("audit")).ms.Unknown).toBeGreaterThanOrEqual(DAY_MS);
  });

  test("tells a half that is refused, and does not fill it", async () => {
    const isEarly = (query: URLSearchParams) =>
      query.get("query")!.includes("ALERTS{") && Number(query.get("end")) < Date.parse("2026-11-22T12:00:00Z") / 1_000;
    const { clusters } = await replayed(["--since", "7d"], { refuses: isEarly });
    const { gaps } = clusters[0].profiles[0];
    expect(gaps[0].why).toBe("not answered: answered 422: query processing would load too many samples");
  });

  test("asks for fewer than 11,000 points at a time", async () => {
    await replayed(["--since", "7d"]);
    const points = story.asked.map((query) => (Number(query.get("end")) - Number(query.get("start"))) / Number(query.get("step")));
    expect(points.length).toBeGreaterThan(8);
    expect(Math.max(...points)).toBeLessThan(11_000);
  });
});

describe("alertstatus replay", () => {
  test("ends with what it cannot know", async () => {
    const { stdout } = await replay(["--since", "1d"]);
    expect(stdout).toMatch(/What a replay cannot know:\n( {2}- .+\n){7}$/);
  });

  test("says so where a part is refused", async () => {
    const isEarly = (query: URLSearchParams) =>
      query.get("query")!.includes("ALERTS{") && Number(query.get("end")) < Date.parse("2026-11-22T12:00:00Z") / 1_000;
    const { stdout } = await replay(["--since", "7d"], { refuses: isEarly });
    expect(stdout).toMatch(/Unknown there \(not answered: answered 422: query processing would load too many samples\)/);
  });

  test("says so where less is remembered than is asked for", async () => {
    const { stdout } = await replay(["--since", "2d"], { forgetsBefore: (Date.parse(UNTIL) - DAY_MS) / 1_000 });
    expect(stdout).toContain("the source remembers nothing before 2026-11-26T00:00:00Z");
  });

  test("says so where no evaluation is recorded, and what to do", async () => {
    const { stdout } = await replay(["--since", "1d"], { forgetsBefore: Number.POSITIVE_INFINITY });
    expect(stdout).toContain("the source remembers nothing of it\nno evaluation is recorded");
    expect(stdout).toContain("try --from expr");
  });

  test("replays one resource alone", async () => {
    const { resources } = await replayed(["tracepipeline/shop", "--since", "1d"]);
    expect(resources.map(({ kind, name }: { kind: string; name: string }) => `${kind}/${name}`)).toEqual(["TracePipeline/shop"]);
  });

  test("shows on a terminal how far it is with a fleet of a hundred", async () => {
    const names = Array.from({ length: 100 }, (_, at) => `prod-${at}`);
    const clustersLike: Like = (one) => names.map((name) => ({ ...one, name }));
    const { code, stdout, stderr } = await replay(["--since", "1h", "-o", "json"], { clustersLike }, { isTTY: true });
    expect(code).toBe(0);
    expect(stderr).toContain("100 of 100 clusters");
    expect(clustersIn(stdout)).toEqual(names);
  });

  test("replays the clusters that a selector picks", async () => {
    const clustersLike: Like = (one) => ["eu", "us"].map((region) => ({ ...one, name: region, labels: { region } }));
    const { stdout } = await replay(["-l", "region=us", "--since", "1h", "-o", "json"], { clustersLike });
    expect(clustersIn(stdout)).toEqual(["us"]);
  });

  test("prints the finished clusters after Ctrl-C, and exits with 130", async () => {
    const silent = await serve(() => process.emit("SIGINT"));
    const hanging = { name: "hangs", alerts: { url: silent.url } };
    // As many as are replayed side by side come before it, so that one of them is finished when it begins.
    const clustersLike: Like = (one) => [...["a", "b", "c", "d"].map((name) => ({ ...one, name })), { ...one, ...hanging }];
    const { code, stdout } = await replay(["--since", "1h", "-o", "json"], { clustersLike });
    await silent.close();
    expect(code).toBe(130);
    expect(clustersIn(stdout).length).toBeGreaterThan(0);
    expect(clustersIn(stdout)).not.toContain("hangs");
  });

  test("goes on with the others where a source does not answer, with exit code 1", async () => {
    const gone = { name: "gone", alerts: { url: "http://127.0.0.1:9" } };
    const { code, stdout, stderr } = await replay(["--since", "1h", "-o", "json"], { clustersLike: (one) => [{ ...one, ...gone }, one] });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("gone: unreachable") });
    const names = JSON.parse(stdout).resources.map(({ cluster }: { cluster: string }) => cluster);
    expect(names).toEqual(["prod-eu-1", "prod-eu-1", "prod-eu-1"]);
  });

  test("knows nothing of a gap of a source that its owner vouches for", async () => {
    const alerts = { ...kymaTelemetry.alerts, proof: "none" };
    const { resources } = await replayed(["--since", "6d"], { clustersLike: (one) => [{ ...one, alerts }] });
    expect(resources[0].ms.Unknown).toBeGreaterThanOrEqual(7_170_000);
  });

  test("draws a page", async () => {
    const { stdout } = await replay(["--since", "4d", "-o", "html"]);
    expect(stdout).toMatch(/^<!doctype html>/);
    expect(stdout).toContain('class="False"');
  });

  test.each([
    { words: ["--since", "soon"], says: "soon is no time" },
    { words: ["--since", "2026-12-24T00:00:00Z"], says: "is not before the end" },
    { words: ["--profile", "other"], says: "there is no profile other; known are kyma-telemetry, calm" },
  ])("refuses $words with exit code 2", async ({ words, says }) => {
    const { code, stderr } = await replay(words);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(says) });
  });

  test("says so where a resource is not there", async () => {
    expect(await replay(["tracepipeline/other", "--since", "1d"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("there is no tracepipeline/other"),
    });
  });
});
