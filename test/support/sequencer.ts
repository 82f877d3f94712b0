// Orders the test files: those that wait longest start first, so that the others run meanwhile.

import { BaseSequencer, type TestSpecification } from "vitest/node";

// In this order, then what else needs the real parts, then the others in the order of Vitest.
const WAITING = [
  "real/replay-lived",
  "system/whole-system",
  "real/restarts-vmalert",
  "system/dead-shards",
  "system/state",
  "system/pushes",
  "real/loop",
  "real/replay-patterns",
  "real/fault-matrix",
  "real/dialects",
  "real/replay-sources",
  "real/doctor-sources",
  "real/own-profiles",
  "real/push-vmalert",
  "real/newcomer",
  "real/one-after-another",
  "system/packaged-stack",
  "real/push-senders",
  "real/catalogue.test",
  "real/status-page",
  "system/hanging-pushes",
  "real/template-lint",
  "real/profile-bases",
  "real/race",
  "cli/terminal-session",
  "system/fleet-push",
];
// A worker is kept only where the next file is of the same project.
const PROJECTS = ["app", "contract", "dialects"];

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
  return WAITING.length + PROJECTS.indexOf(project.name) + 1;
}
