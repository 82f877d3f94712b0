import { describe, expect, test } from "vitest";
import { attentionOf, isAllWell } from "../../../functions/core/outcome/attention.ts";
import { logLineOf } from "../../../functions/core/outcome/log-line.ts";
import { outcomeMetrics } from "../../../functions/core/outcome/metrics.ts";
import type { ClusterOutcome, ResourceOutcome } from "../../../functions/core/outcome/outcome.ts";

const aCluster = (more: Partial<ClusterOutcome> = {}): ClusterOutcome => ({
  cluster: "prod",
  was: "reconciled",
  alerts: { was: "read", firing: 0, pending: 0 },
  resources: [],
  unlisted: [],
  ms: 1,
  ...more,
});
const id = { apiVersion: "telemetry.kyma-project.io/v1beta1", kind: "TracePipeline", name: "backend" };
const judged = { condition: { type: "A", status: "False", reason: "B", message: "" }, because: [] };
const patched: ResourceOutcome = { ...id, was: "patched", ...judged };
const contested: ResourceOutcome = { ...id, was: "skipped", why: "contested" };
const refused: ResourceOutcome = { ...id, was: "refused", code: "forbidden", message: "no" };

const unknown: ResourceOutcome = {
  ...id,
  was: "unchanged",
  condition: { type: "A", status: "Unknown", reason: "B", message: "" },
  because: ["rules failing: A"],
};
const untold: ResourceOutcome = { ...patched, eventRefused: { code: "forbidden", message: "no" } };
const unlisted = { kind: "LogPipeline", code: "forbidden", message: "no right to list" } as const;
const unread: ClusterOutcome["alerts"] = { was: "unreadable", code: "timeout", message: "no answer" };

describe("a person has to look at", () => {
  test.each<{ what: string; outcome: ClusterOutcome; about: readonly string[] }>([
    { what: "nothing of a cluster that is well", outcome: aCluster({ resources: [patched] }), about: [] },
    { what: "nothing of a cluster that is paused", outcome: aCluster({ was: "paused", alerts: undefined }), about: [] },
    { what: "a cluster that is late", outcome: aCluster({ was: "late", alerts: undefined }), about: ["cluster"] },
    { what: "alerts that were not read", outcome: aCluster({ alerts: unread }), about: ["alerts"] },
    { what: "conditions that are Unknown", outcome: aCluster({ resources: [unknown, patched] }), about: ["unknown"] },
    {
      what: "alerts that were not read, and not what is Unknown for that",
      outcome: aCluster({ alerts: unread, resources: [unknown] }),
      about: ["alerts"],
    },
    {
      what: "a kind that was not listed, beside the alerts",
      outcome: aCluster({ alerts: unread, unlisted: [unlisted] }),
      about: ["alerts", "kind"],
    },
    {
      what: "one cause of a cluster out of reach, and not all that follows from it",
      outcome: aCluster({ was: "unreachable", code: "timeout", message: "no answer", alerts: unread, unlisted: [unlisted] }),
      about: ["cluster"],
    },
    {
      what: "one cause of a cluster that forbids everything",
      outcome: aCluster({ was: "forbidden", unlisted: [unlisted] }),
      about: ["cluster"],
    },
    {
      what: "silences, refusals and contests, each",
      outcome: aCluster({
        alerts: { was: "read", firing: 0, pending: 0, silencesUnreadable: { code: "timeout", message: "no answer" } },
        resources: [contested, untold, refused, patched],
      }),
      about: ["silences", "contested", "event", "resource"],
    },
  ])("$what", ({ outcome, about }) => {
    expect(attentionOf(outcome).map((one) => one.about)).toEqual(about);
  });
});

describe("a kind that is not served", () => {
  const notServed = { kind: "TracePipeline", code: "kind-not-served", message: "not in version v1" } as const;
  const outcome = aCluster({ was: "misconfigured", code: notServed.code, message: notServed.message, unlisted: [unlisted, notServed] });

  test("is the cause of its cluster's state, and the others are not", () => {
    expect(attentionOf(outcome)).toMatchObject([
      { about: "cluster" },
      { kind: "LogPipeline", isCause: false },
      { kind: "TracePipeline", isCause: true },
    ]);
  });

  test("is counted and logged as a kind", () => {
    expect(outcomeMetrics([outcome])).toMatchObject({ KindsUnlisted: 2 });
    expect(logLineOf(outcome)?.unlisted?.map(({ kind }) => kind)).toEqual(["LogPipeline", "TracePipeline"]);
  });
});

describe("all is well, or not, where", () => {
  test.each([
    { when: "nothing was requested", outcomes: [], well: true },
    { when: "all was read and written", outcomes: [aCluster({ resources: [patched] })], well: true },
    { when: "a condition is Unknown", outcomes: [aCluster({ resources: [unknown] })], well: true },
    { when: "a condition is contested", outcomes: [aCluster({ resources: [contested] })], well: true },
    { when: "an Event is refused", outcomes: [aCluster({ resources: [untold] })], well: true },
    { when: "a heartbeat was refused", outcomes: [aCluster({ heartbeatRefused: { code: "forbidden", message: "" } })], well: true },
    {
      when: "silences were not read",
      outcomes: [aCluster({ alerts: { was: "read", firing: 0, pending: 0, silencesUnreadable: { code: "timeout", message: "" } } })],
      well: true,
    },
    { when: "a cluster is paused", outcomes: [aCluster({ was: "paused" })], well: true },
    { when: "a cluster was not reached", outcomes: [aCluster(), aCluster({ was: "unreachable" })], well: false },
    { when: "a cluster forbids everything", outcomes: [aCluster({ was: "forbidden" })], well: false },
    { when: "a cluster crashed", outcomes: [aCluster(), aCluster({ was: "crashed" })], well: false },
    { when: "a cluster is misconfigured", outcomes: [aCluster({ was: "misconfigured" })], well: false },
    { when: "a cluster is late", outcomes: [aCluster({ was: "late" })], well: false },
    { when: "a resource was refused", outcomes: [aCluster({ resources: [refused] })], well: false },
    { when: "a kind was not listed", outcomes: [aCluster({ unlisted: [{ kind: "A", code: "forbidden", message: "" }] })], well: false },
    { when: "alerts were not read", outcomes: [aCluster({ alerts: { was: "unreadable", code: "timeout", message: "" } })], well: false },
  ])("$when: all is well $well", ({ outcomes, well }) => {
    expect(isAllWell(outcomes)).toBe(well);
  });
});
