// The page of a status as text: what is in it, how large it is, and that no name in it is ever markup.

import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { renderPage } from "../../functions/page/page.ts";
import { TONES } from "../../functions/page/tones.ts";
import { type FleetStatus, statusOf } from "../../functions/state/fleet-status.ts";
import type { ClusterState, ResourceState } from "../../functions/state/state.ts";
import { AT, largeFleet } from "./large-fleet.ts";

const MINUTE_MS = 60_000;
const HOSTILE = `</script><img src=x onerror="alert('x')">&amp;`;

const resource = (name: string, status: string, more: Partial<ResourceState> = {}): ResourceState => ({
  apiVersion: "example.com/v1",
  kind: "Database",
  name,
  condition: { type: "Healthy", status, reason: `Is${status}`, message: "", since: "2026-01-01T11:00:00Z" },
  because: [],
  ...more,
});
const cluster = (name: string, resources: readonly ResourceState[] = [], more: Partial<ClusterState> = {}): ClusterState => ({
  cluster: name,
  labels: {},
  was: "reconciled",
  since: "2026-01-01T10:00:00Z",
  resources,
  seen: "",
  recent: [],
  ...more,
});
const of = (...clusters: readonly ClusterState[]) => statusOf(clusters, { at: AT });
/** The texts of the rows that are there without script. */
const rowsOf = (page: string) =>
  [...page.matchAll(/<tr class="(\w+)">(.*?)<\/tr>/g)].map(([, tone, row = ""]) => `${tone}: ${textOf(row)}`);
const textOf = (markup: string) =>
  markup
    .replaceAll(/<\/t[dh]>/g, "|")
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll(/ ?\| ?/g, "|");
const dataOf = (page: string) => JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)?.[1] ?? "");

describe("the page", () => {
  test("names the profile of each verdict where several are at work, and nowhere else", () => {
    const pageOf = (...profiles: readonly string[]) => {
      const rows = rowsOf(
        renderPage(
          of(
            cluster(
              "a",
              profiles.map((profile) => resource("db", "True", { profile })),
            ),
          ),
        ),
      );
      return rows.map((row) => row.split("|")[3]);
    };
    expect(pageOf("v1")).toEqual(["database/db"]);
    expect(pageOf("v1", "v2")).toEqual(["database/db by v1", "database/db by v2"]);
  });

  test("has the worst first: state, since when, where, what, and because of what", () => {
    const page = renderPage(
      of(
        cluster("well", [resource("db", "True")]),
        cluster("sick", [resource("db", "False", { because: ["Down", "Slow"] })], { labels: { region: "eu" } }),
        cluster("off", [], { was: "paused", message: "moves" }),
        cluster("gone", [], { was: "unreachable", code: "timeout", message: "no answer" }),
        cluster("dark", [resource("db", "Unknown")]),
      ),
    );
    expect(rowsOf(page)).toEqual([
      "bad: ✕ False|60m 2026-01-01 11:00:00Z|sick region=eu|database/db|IsFalse|Down, Slow|",
      "lost: ⚠ unreachable|2h 2026-01-01 10:00:00Z|gone||timeout no answer||",
      "open: ? Unknown|60m 2026-01-01 11:00:00Z|dark|database/db|IsUnknown||",
      "idle: ‖ paused|2h 2026-01-01 10:00:00Z|off||moves||",
      "good: ✓ True|60m 2026-01-01 11:00:00Z|well|database/db|IsTrue||",
    ]);
  });

  test("is green for what is proven to be well alone", () => {
    expect(Object.entries(TONES).flatMap(([state, tone]) => (tone === "good" ? [state] : []))).toEqual(["True"]);
  });

  test("tells when the clusters were looked at, when they changed, and when it was generated", () => {
    const run = { at: "2026-01-01T11:59:00Z", ms: 1, missed: 4 };
    const recent = [{ at: "2026-01-01T11:50:00Z", cluster: "a", from: null, to: null, because: [] }];
    const text = textOf(renderPage(statusOf([cluster("a", [], { recent })], { at: AT, stage: "prod", run }), MINUTE_MS));
    expect(text).toContain("As of 2026-01-01 11:59:00Z, stale from 2026-01-01 12:02:00Z on. 4 ticks were missed in the hour before.");
    expect(text).toContain("Changed 2026-01-01 11:50:00Z, 10m before. Generated 2026-01-01 12:00:00Z.");
    expect(text).toContain("Clusters: 1 reconciled. Conditions: 0 False, 0 Unknown, 0 True.");
  });

  const looked = (at: string): FleetStatus => ({ ...of(cluster("a")), stage: "prod", run: { at, ms: 1, missed: 0 } });
  test.each([
    { what: "was looked at three ticks ago", status: looked("2026-01-01T11:57:00Z"), tickMs: MINUTE_MS, isStale: true },
    { what: "was looked at less than three ticks ago", status: looked("2026-01-01T11:57:01Z"), tickMs: MINUTE_MS, isStale: false },
    { what: "has ticks of five minutes", status: looked("2026-01-01T11:50:00Z"), tickMs: 5 * MINUTE_MS, isStale: false },
    { what: "does not know its ticks", status: looked("2026-01-01T11:57:00Z"), tickMs: Number.NaN, isStale: true },
    { what: "was never looked at", status: { ...of(cluster("a")), stage: "prod" }, tickMs: MINUTE_MS, isStale: true },
    { what: "is looked at live", status: of(cluster("a")), tickMs: undefined, isStale: false },
  ])("of a fleet that $what is stale: $isStale", ({ status, tickMs, isStale }) => {
    expect(/<html lang="en"(.*)>/.exec(renderPage(status, tickMs))?.[1]).toBe(isStale ? ' class="stale"' : "");
  });

  test("shows every text as text, wherever it is from", () => {
    const condition = { type: "Healthy", status: "False", reason: HOSTILE, message: HOSTILE, since: "2026-01-01T11:00:00Z" };
    const one = resource(HOSTILE, "False", { kind: HOSTILE, because: [HOSTILE], condition });
    const all = [cluster(HOSTILE, [one], { labels: { [HOSTILE]: HOSTILE } }), cluster("b", [], { was: "paused", message: HOSTILE })];
    const page = renderPage(statusOf(all, { at: AT, stage: HOSTILE, run: { at: AT, ms: 1, missed: 0 } }));
    expect(page).not.toContain("<img");
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    expect(dataOf(page).clusters[0][0]).toBe(HOSTILE);
    expect(dataOf(page).labels).toEqual([`${HOSTILE}=${HOSTILE}`]);
  });

  test("shows no mark that hides or reorders what follows it, and half a character as none", () => {
    const page = renderPage(of(cluster("safe\u202eevil\u0000\ud800", [resource("db", "True")])));
    expect(dataOf(page).clusters).toEqual([["safe evil �"]]);
    expect(rowsOf(page)).toEqual(["good: ✓ True|60m 2026-01-01 11:00:00Z|safe evil �|database/db|IsTrue||"]);
  });

  test("lets nothing run or look but what it brings along", () => {
    const page = renderPage(of(cluster("a")));
    const hashOf = (element: string) => {
      const text = new RegExp(`<${element}>(.*?)</${element}>`, "s").exec(page)?.[1] ?? "";
      return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    };
    expect(/Content-Security-Policy" content="(.*?)"/.exec(page)?.[1]).toBe(
      `default-src 'none'; style-src ${hashOf("style")}; script-src ${hashOf("script")}; img-src data:; base-uri 'none'; form-action 'none'`,
    );
    expect(page).not.toMatch(/https?:|\bsrc=/);
  });

  test("of nothing says so", () => {
    expect(textOf(renderPage(of()))).toContain("There is nothing to show");
  });

  test("says how many conditions of a large cluster have no line", () => {
    expect(textOf(renderPage(of(cluster("a", [resource("db", "True")], { omitted: { True: 1_200 } }))))).toContain(
      "1,200 conditions more of large clusters",
    );
  });
});

describe("the page of 10,000 clusters", () => {
  test.each([3, 5])("with %i conditions each has them all in 2 MB, and the worst hundred without script", (conditions) => {
    const status = largeFleet(10_000, conditions);
    const page = renderPage(status, MINUTE_MS);
    const lines = status.clusters.reduce((sum, { was, resources }) => sum + (was === "reconciled" ? resources.length : 1), 0);
    expect(Buffer.byteLength(page)).toBeLessThan(2_000_000);
    expect(dataOf(page).rows).toHaveLength(3 * lines);
    expect(rowsOf(page)).toHaveLength(100);
    expect(new Set(rowsOf(page).map((row) => row.split("|")[0]))).toEqual(new Set(["bad: ✕ False"]));
    expect(textOf(page)).toContain(`Without script the first 100 of ${lines.toLocaleString("en-US")} lines are here, the worst first.`);
  });

  test("of which each says something long of its own leaves the best out, and says how many", () => {
    const long = (at: number) => `${at} ${"<é'".repeat(66)}`;
    const clusters = Array.from({ length: 10_000 }, (_, at) => {
      const condition = { type: "Healthy", status: at < 9_000 ? "True" : "False", reason: long(at), message: long(at), since: AT };
      return cluster(long(at), [resource("db", "", { condition, because: [long(at)] })], { labels: { a: long(at) } });
    });
    const page = renderPage(of(...clusters));
    const shown = dataOf(page).rows.length / 3;
    expect(Buffer.byteLength(page)).toBeLessThan(2_000_000);
    expect(shown).toBeGreaterThan(500);
    expect(textOf(page)).toContain(`${(10_000 - shown).toLocaleString("en-US")} lines more, the last ones, are left out`);
  });
});
