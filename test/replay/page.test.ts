import { describe, expect, it } from "vitest";
import { kymaTelemetry } from "../../functions/core/profile/kyma-telemetry.ts";
import { pageOf } from "../../functions/replay/page.ts";
import type { ClusterReplay } from "../../functions/replay/replay.ts";
import type { Span } from "../../functions/replay/timeline.ts";
import { aResource } from "../support/builders.ts";

const HOSTILE = `<script src="https://evil.example/x.js">'&"</script>`;
const span = (from: number, to: number, more: Partial<Span>): Span => ({
  run: [from, to],
  status: "True",
  reason: "FlowHealthy",
  because: [],
  by: "healthy",
  what: "",
  ...more,
});

function replayWith(spans: readonly Span[]): ClusterReplay {
  const grid = { fromMs: 0, stepMs: 30_000, count: 100 };
  const figures = { ms: { True: 1, False: 1, Unknown: 1 }, flaps: 0, interruptions: 0, longest: {}, decided: [] };
  const transitions = [{ atMs: 0, status: "False" as const, reason: HOSTILE, because: [HOSTILE] }];
  const resources = [{ resource: aResource({ name: "shop" }), spans, transitions, ...figures }];
  const profiles = [
    { profile: { ...kymaTelemetry, name: HOSTILE }, grid, warmUpMs: 0, gaps: [], isEvaluated: true, resources, proposals: [] },
  ];
  return { cluster: HOSTILE, was: "reconciled", unlisted: [], sinceMs: 0, untilMs: 3_000_000, stepMs: 30_000, origin: "alerts", profiles };
}

describe("the page of a replay", () => {
  const page = pageOf([
    replayWith([span(0, 50, {}), span(50, 60, { by: "gap", status: "Unknown", because: [HOSTILE] }), span(60, 100, { status: "Unknown" })]),
  ]);

  it("shows whatever a cluster says as text", () => {
    expect(page).not.toContain("<script");
    expect(page.split("&lt;script src=&quot;https://evil.example/x.js&quot;&gt;&#39;&amp;&quot;&lt;/script&gt;").length).toBeGreaterThan(4);
  });

  it("loads nothing from elsewhere", () => {
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(page).not.toMatch(/(?:src|href)=["'](?!#)/);
  });

  it("draws neither a gap nor what is unknown in the color of health", () => {
    const line = page.slice(page.indexOf('<td class="line">'));
    const kinds = [...line.matchAll(/<rect class="(\w+)" x="(\d+)" width="(\d+)"/g)].map(([, kind, x, width]) => `${kind} ${x}+${width}`);
    expect(kinds).toEqual(["True 0+50", "gap 50+10", "Unknown 60+40"]);
  });
});
