// Orders the test files: those that wait longest start first, so that the others run meanwhile.

import { BaseSequencer, type TestSpecification } from "vitest/node";

// In this order, then what else needs the real parts, then the others in the order of Vitest.
const WAITING = [
  "real/replay-lived",
  "system/state",
  "system/packaged-stack",
  "real/restarts-vmalert",
  "system/whole-system",
  "system/pushes",
  "real/status-page",
  "real/fault-matrix",
  "real/replay-sources",
  "real/replay-patterns",
  "system/dead-shards",
  "system/hanging-pushes",
  "cli/terminal-session",
  "real/one-after-another",
  "real/own-profiles",
  "real/loop",
  "real/push-senders",
  "system/fleet-push",
  "real/rules.",
  "real/doctor-sources",
];

export class WaitingFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => groupOf(one) - groupOf(other) || rankOf(one) - rankOf(other));
  }
}

function groupOf({ project }: TestSpecification): number {
  return project.config.sequence.groupOrder;
}

function rankOf({ moduleId, project }: TestSpecification): number {
  const rank = WAITING.findIndex((name) => moduleId.includes(`/test/${name}`));
  if (rank >= 0) return rank;
  return WAITING.length + (project.name === "real" || project.name === "system" ? 0 : 1);
}
