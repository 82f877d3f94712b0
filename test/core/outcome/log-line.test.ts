import { describe, expect, test } from "vitest";
import { logLineOf } from "../../../functions/core/outcome/log-line.ts";
import { conditionMetrics, isTime, outcomeMetrics } from "../../../functions/core/outcome/metrics.ts";
import type { ClusterOutcome, ResourceOutcome } from "../../../functions/core/outcome/outcome.ts";

const ID = { apiVersion: "telemetry.kyma-project.io/v1beta1", kind: "TracePipeline", name: "backend", namespace: "shop" };
const judged = (status: string, was: "patched" | "unchanged" = "unchanged"): ResourceOutcome => ({
  ...ID,
  was,
  condition: { type: "A", status, reason: "B", message: "" },
  because: [],
});
const unproven = (name: string, because: readonly string[], since?: string): ResourceOutcome => ({
  ...ID,
  name,
  was: "unchanged",
  condition: { type: "A", status: "Unknown", reason: "B", message: "", since },
  because,
});
const refused: ResourceOutcome = { ...ID, was: "refused", code: "forbidden", message: "no right to patch" };
const untold: ResourceOutcome = {
  ...ID,
  was: "patched",
  condition: { type: "A", status: "False", reason: "B", message: "" },
  because: [],
  eventRefused: { code: "forbidden", message: "no right to create" },
};
const contested: ResourceOutcome = { ...ID, was: "skipped", why: "contested" };
const skipped: ResourceOutcome = { ...ID, was: "skipped", why: "no flow" };
const outcome = (more: Partial<ClusterOutcome> = {}): ClusterOutcome => ({
  cluster: "prod",
  was: "reconciled",
  alerts: { was: "read", firing: 0, pending: 0 },
  resources: [],
  unlisted: [],
  ms: 1,
  ...more,
});

describe("no line is written for a cluster that", () => {
  test.each([
    { is: "well", cluster: outcome({ resources: [judged("False", "patched"), skipped] }) },
    { is: "paused", cluster: outcome({ was: "paused", alerts: undefined }) },
  ])("is $is", ({ cluster }) => {
    expect(logLineOf(cluster)).toBeUndefined();
  });
});

describe("a line tells of a cluster that", () => {
  test.each<{ what: string; cluster: ClusterOutcome; line: object }>([
    {
      what: "is unreachable, once, and not kind by kind",
      cluster: outcome({
        was: "unreachable",
        code: "timeout",
        message: "no answer",
        unlisted: [{ kind: "A", code: "timeout", message: "no answer" }],
      }),
      line: { was: "unreachable", code: "timeout", why: "no answer" },
    },
    {
      what: "stays unreachable and was only probed, since when",
      cluster: outcome({ was: "unreachable", code: "timeout", message: "no answer", since: "2026-01-01T00:00:00Z", isProbed: true }),
      line: {
        was: "unreachable",
        code: "timeout",
        since: "2026-01-01T00:00:00Z",
        why: "unreachable since 2026-01-01T00:00:00Z, probed only: no answer",
      },
    },
    {
      what: "forbids everything, once, and not kind by kind",
      cluster: outcome({
        was: "forbidden",
        code: "forbidden",
        message: "no right to list",
        unlisted: [{ kind: "A", code: "forbidden", message: "no right to list" }],
      }),
      line: { was: "forbidden", code: "forbidden", why: "no right to list" },
    },
    {
      what: "crashed, with its place in the code",
      cluster: outcome({ was: "crashed", message: "undefined is not a pipeline", crash: { error: "TypeError", frames: ["f (a.ts:1:2)"] } }),
      line: { was: "crashed", why: "undefined is not a pipeline", crash: { error: "TypeError", frames: ["f (a.ts:1:2)"] } },
    },
    {
      what: "is misconfigured",
      cluster: outcome({ was: "misconfigured", message: "mode: loud" }),
      line: { was: "misconfigured", why: "mode: loud" },
    },
    { what: "is late", cluster: outcome({ was: "late", alerts: undefined }), line: { was: "late" } },
    {
      what: "has unreadable alerts",
      cluster: outcome({ alerts: { was: "unreadable", code: "tls", message: "unknown authority" } }),
      line: { was: "reconciled", alertsUnreadable: { code: "tls", why: "unknown authority" } },
    },
    {
      what: "does not list a kind",
      cluster: outcome({ unlisted: [{ kind: "LogPipeline", code: "forbidden", message: "no" }] }),
      line: { was: "reconciled", unlisted: [{ kind: "LogPipeline", code: "forbidden", why: "no" }] },
    },
    {
      what: "refuses a resource",
      cluster: outcome({ resources: [refused, judged("True")] }),
      line: {
        was: "reconciled",
        refused: 1,
        firstRefused: [{ resource: "tracepipeline/shop/backend", code: "forbidden", why: "no right to patch" }],
      },
    },
    {
      what: "takes no Event",
      cluster: outcome({ resources: [judged("True"), untold, untold] }),
      line: {
        was: "reconciled",
        eventsRefused: 2,
        firstEventRefused: { code: "forbidden", why: "no right to create", remedy: expect.stringMatching(/^grant the permission/) },
      },
    },
    {
      what: "does not let its Lease be renewed",
      cluster: outcome({ heartbeatRefused: { code: "forbidden", message: "no right to read" } }),
      line: {
        was: "reconciled",
        heartbeatRefused: { code: "forbidden", why: "no right to read", remedy: expect.stringMatching(/^grant the permission/) },
      },
    },
    {
      what: "has an Alertmanager that does not say what is silenced",
      cluster: outcome({ alerts: { was: "read", firing: 1, pending: 0, silencesUnreadable: { code: "timeout", message: "no answer" } } }),
      line: {
        was: "reconciled",
        silencesUnreadable: { code: "timeout", why: "no answer", remedy: expect.stringMatching(/^check the network/) },
      },
    },
    {
      what: "has conditions that are Unknown for two causes, each once, although its alerts can be read",
      cluster: outcome({
        resources: [
          unproven("a", ["rules failing: A"], "2026-01-01T01:00:00Z"),
          unproven("b", ["rules failing: A"], "2026-01-01T00:00:00Z"),
          unproven("c", ["ATargetsAbsent"]),
          judged("False"),
        ],
      }),
      line: {
        was: "reconciled",
        unknown: 3,
        firstUnknown: [
          { resource: "tracepipeline/shop/a", count: 2, because: "rules failing: A", since: "2026-01-01T00:00:00Z" },
          { resource: "tracepipeline/shop/c", count: 1, because: "ATargetsAbsent" },
        ],
      },
    },
    {
      what: "has unreadable alerts, once, and not condition by condition",
      cluster: outcome({
        alerts: { was: "unreadable", code: "tls", message: "no" },
        resources: [unproven("a", ["alerts unreadable: tls"])],
      }),
      line: { was: "reconciled", alertsUnreadable: { code: "tls", why: "no" } },
    },
    { what: "is contested", cluster: outcome({ resources: [contested, contested] }), line: { was: "reconciled", contested: 2 } },
  ])("$what", ({ cluster, line }) => {
    expect(JSON.parse(JSON.stringify(logLineOf(cluster)))).toEqual({ cluster: "prod", ...line });
  });

  test("refuses a thousand resources, in one short line", () => {
    const line = logLineOf(outcome({ resources: Array.from({ length: 1_000 }, () => refused) }));
    expect(line).toMatchObject({ refused: 1_000 });
    expect(JSON.stringify(line).length).toBeLessThan(1_000);
  });
});

describe("metrics", () => {
  test("count clusters and resources by what became of them", () => {
    const outcomes = [
      outcome({ resources: [judged("False", "patched"), judged("True"), refused, contested, skipped] }),
      // One cause, one alarm: that nothing of it can be read is not counted once more.
      outcome({
        was: "unreachable",
        unlisted: [{ kind: "A", code: "timeout", message: "" }],
        alerts: { was: "unreadable", code: "timeout", message: "" },
      }),
      outcome({ was: "forbidden", unlisted: [{ kind: "A", code: "forbidden", message: "" }] }),
      outcome({ was: "crashed", message: "a bug" }),
      outcome({ was: "misconfigured", unlisted: [{ kind: "A", code: "kind-not-served", message: "" }] }),
      outcome({ was: "late" }),
      outcome({ was: "paused" }),
      outcome({ alerts: { was: "unreadable", code: "tls", message: "" } }),
      outcome({ resources: [unproven("a", ["rules failing: A"]), unproven("b", ["rules stalled: A"])] }),
    ];
    expect(outcomeMetrics(outcomes)).toEqual({
      ClustersReconciled: 3,
      ClustersUnreachable: 1,
      ClustersForbidden: 1,
      ClustersMisconfigured: 1,
      ClustersPaused: 1,
      ClustersLate: 1,
      ClustersLeftToTick: 0,
      ClustersCrashed: 1,
      ResourcesPatched: 1,
      ResourcesUnchanged: 3,
      ResourcesRefused: 1,
      ResourcesHeld: 0,
      ResourcesContested: 1,
      KindsUnlisted: 1,
      AlertsUnreadable: 1,
      HealthUnproven: 1,
    });
  });

  test("are zeros where nothing was done", () => {
    expect(new Set(Object.values({ ...outcomeMetrics([]), ...conditionMetrics([], 0) }))).toEqual(new Set([0]));
  });

  test("count conditions by status", () => {
    const resources = [judged("True"), judged("True", "patched"), judged("False"), judged("Unknown"), refused];
    expect(conditionMetrics([outcome({ resources }), outcome({ resources: [judged("True")] })], 0)).toEqual({
      ConditionsTrue: 3,
      ConditionsFalse: 1,
      ConditionsUnknown: 1,
      ClustersLongUnknown: 0,
    });
  });

  test.each(["RunDuration", "OldestRequestAge", "TickDelay"])("%s is a time", (metric) => {
    expect(isTime(metric)).toBe(true);
    expect(isTime("ClustersReconciled")).toBe(false);
  });
});
