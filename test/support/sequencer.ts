// Orders the test files, so that something computes in each moment while others wait.

import { BaseSequencer, type TestSpecification } from "vitest/node";

// In this order: those that wait for more than a minute, those that compute beside them, and those that wait for less beside all others.
// Then what else needs the real parts, then the others in the order of Vitest.
const ORDER = [
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
  "real/catalogue.test",
  "system/packaged-stack",
  "real/one-after-another",
  "real/status-page",
  "real/template-lint",
  "real/rules.test",
  "real/profile-bases",
  "real/aws-logins",
  "real/own-profiles",
  "real/push-vmalert",
  "real/newcomer",
  "real/push-senders",
  "system/hanging-pushes",
  "real/race",
  "cli/terminal-session",
  "system/fleet-push",
];
// A worker is kept only where the next file is of the same project.
const PROJECTS = ["app", "contract", "dialects"];

export class Interleaved extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => groupOf(one) - groupOf(other) || rankOf(one) - rankOf(other));
  }
}

function groupOf({ project }: TestSpecification): number {
  return project.config.sequence.groupOrder;
}

function rankOf({ moduleId, project }: TestSpecification): number {
  const rank = ORDER.findIndex((name) => moduleId.includes(`/test/${name}`));
  if (rank >= 0) return rank;
  return ORDER.length + PROJECTS.indexOf(project.name) + 1;
}
