// A fleet in which one cluster tries a new profile: its gateway throttled four times in two days, and does so now.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { kymaTelemetry } from "../../functions/core/profile/kyma-telemetry.ts";
import { type Story, startStory, stretch } from "./replay-story.ts";

const throttled = [stretch(1, 8, 0, 12), stretch(1, 9, 30, 9), stretch(1, 13, 0, 25), stretch(1, 23, 40, 20)];

/** Kyma's profile, to which throttling is no failure. */
const v2 = {
  ...kymaTelemetry,
  flows: kymaTelemetry.flows.map((flow) =>
    "rows" in flow ? { ...flow, rows: flow.rows.filter(({ alert }) => !alert.endsWith("Throttling")) } : flow,
  ),
};

const CLUSTERS = `defaults:
  rings:
    - when: ring=canary # the first to have a new profile
      profiles: [kyma-telemetry, { name: v2, mode: shadow }]
clusters:
  # Tells of trouble before anybody else.
  - name: canary-eu-1
    labels: { ring: canary }
    kubernetes: { server: "SERVER", auth: { token: { file: token } } }
  - name: prod-eu-1
    mode: shadow # until its owners agree
    kubernetes: { server: "SERVER", auth: { token: { file: token } } }
`;

export type Rollout = Story & { readonly file: string };

/** Starts the fleet, whose file has comments; `after.yml` is the same at the end of the trial. */
export async function startRollout(): Promise<Rollout> {
  const story = await startStory({ throttled });
  const file = join(story.folder, "fleet.yml");
  const profiles = stringify({ profiles: { v2 } }, { aliasDuplicateObjects: false, lineWidth: 0 });
  const clusters = CLUSTERS.replaceAll("SERVER", story.simulator.url);
  await writeFile(file, clusters + profiles);
  await writeFile(join(story.folder, "after.yml"), clusters.replace(/rings:[\s\S]*?(?=clusters:)/, "profiles: [v2]\n") + profiles);
  return { ...story, file };
}
