// A replay of one resource, in which whatever can be named bears a hostile name.

import { kymaTelemetry } from "../../functions/core/profile/kyma-telemetry.ts";
import type { ClusterReplay } from "../../functions/replay/replay.ts";
import type { Span } from "../../functions/replay/timeline.ts";
import { aResource } from "../support/builders.ts";

export const HOSTILE = `<script src="https://evil.example/x.js">'&"</script>`;
export const span = (from: number, to: number, more: Partial<Span>): Span => ({
  run: [from, to],
  status: "True",
  reason: "FlowHealthy",
  because: [],
  by: "healthy",
  what: "",
  ...more,
});

export function replayWith(spans: readonly Span[]): ClusterReplay {
  const grid = { fromMs: 0, stepMs: 30_000, count: 100 };
  const figures = { ms: { True: 1, False: 1, Unknown: 1 }, flaps: 0, interruptions: 0, longest: {}, decided: [] };
  const transitions = [{ atMs: 0, status: "False" as const, reason: HOSTILE, because: [HOSTILE] }];
  const resources = [{ resource: aResource({ name: "shop" }), spans, transitions, ...figures }];
  const profiles = [
    {
      profile: { ...kymaTelemetry, name: HOSTILE },
      grid,
      warmUpMs: 0,
      gaps: [],
      unanswered: [],
      isEvaluated: true,
      resources,
      proposals: [],
    },
  ];
  return { cluster: HOSTILE, was: "reconciled", unlisted: [], sinceMs: 0, untilMs: 3_000_000, stepMs: 30_000, origin: "alerts", profiles };
}
