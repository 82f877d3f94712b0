// Attacks on the memory and the time of the process that all members of a shard share.

import { alertsBody, anAlert } from "../support/builders.ts";
import { floods, objects } from "./clusters.ts";
import { type Behind, type Odd, openApi, pipeline, traces } from "./fault.ts";

const item = (index: number, more = "") => `{"metadata":{"name":"n-${index}","resourceVersion":"1"}${more}}`;
const page = (count: number, more = "", next = "") =>
  `{"metadata":{"continue":"${next}"},"items":[${Array.from({ length: count }, (_, index) => item(index, more)).join()}]}`;
const CONDITIONS = `,"status":{"conditions":[{"type":"A","status":"True","message":"${"x".repeat(60_000)}"}]}`;

const throttled = (count: number) =>
  Array.from({ length: count }, (_, index) => anAlert("TraceGatewayThrottling", { pipeline_name: `n-${index}`, pod: `pod-${index}` }));
const alertsOf = (count: number) => JSON.stringify(alertsBody({ firing: throttled(count) }));
// Each text is made once: what is measured is the function, and the process of the tests should not be what is slow.
const text = (body: string) => () => ({ text: body });
const alerts30000 = text(alertsOf(30_000));

/** What keeps much of the memory of the process, or would. */
export const memoryAttacks: Readonly<Record<string, Odd>> = {
  "packs 100,000 tiny objects into a page": { list: text(page(100_000)) },
  "packs 45,000 tiny objects into each of its kinds": { list: text(page(45_000)) },
  "never ends a list of 40,000 objects a page": { list: text(page(40_000, "", "more")) },
  "never ends a list of objects with 60 KB of conditions": { list: text(page(120, CONDITIONS, "more")) },
  "has millions of empty lists": { list: text(`{"items":[${"[],".repeat(2_700_000)}[]]}`) },
  "nests two million deep": { list: text(`${"[".repeat(2_000_000)}${"]".repeat(2_000_000)}`) },
  "has 30,000 alerts about 45,000 objects": { list: text(page(45_000)), alerts: alerts30000 },
};

/** One attack: a server to be a member of the fleet, whose entry has the profile `backtracking` where the attack is a pattern. */
export type Attack = { readonly name: string; readonly open: () => Promise<Behind> };

/** Every attack on memory and time. */
export const ownAttacks: readonly Attack[] = [
  ...Object.entries(memoryAttacks).map(([name, odd]) => ({ name, open: () => openApi(odd) })),
  {
    name: "has the names that a pattern of its profile steps back over",
    open: async () => {
      const behind = await openApi({ list: traces(...Array.from({ length: 500 }, (_, index) => pipeline(`${"a".repeat(60)}.a${index}`))) });
      return { ...behind, more: { ...behind.more, profiles: ["backtracking"] } };
    },
  },
];

/** Every odd object and every flood that one member is known to have. */
export const faultAttacks: readonly Attack[] = [...objects, ...floods].map(({ name, open }) => ({ name, open }));

const says = (reason: string) => ({ reason, message: `${reason}.` });

/** A profile with a pattern that takes for ever where an engine steps back. */
export const backtracking = {
  condition: "Backtracking",
  identify: { name: "pipeline_name", unlabelled: "every", carries: "([a-z0-9]+-?)+" },
  rules: { for: "1m", window: "5m" },
  gates: [],
  flows: [
    {
      of: { group: "telemetry.kyma-project.io", version: "v1beta1", plural: "tracepipelines", kind: "TracePipeline" },
      rows: [{ alert: "Broken", ...says("Broken") }],
      unproven: [says("Unproven")],
      healthy: says("Healthy"),
    },
  ],
};
