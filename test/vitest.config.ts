// The projects of the tests, and what runs beside what.

import { availableParallelism } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { Interleaved } from "./support/sequencer.ts";

const core = [
  "test/core/**/*.test.ts",
  "test/doctor/{checks/**/*,stage}.test.ts",
  "test/rules/**/*.test.ts",
  "test/discover/**/*.test.ts",
  "test/page/**/*.test.ts",
  "test/state/{record,cluster-state,cost,fleet-status,timeline,drops,two-profiles}.test.ts",
  "test/replay/**/*.test.ts",
  "test/house.test.ts",
  "test/docs/{adr,cost,figures,links,runbooks,snippets,stack}.test.ts",
];
const contract = ["test/contract/**/*.test.ts"];
// Of the two, only what speaks to a cluster is played on the real one too.
const real = ["test/real/**/*.test.ts", "test/contract/*.test.ts"];
const costly = ["test/system/{at-three,deployed-again}.test.ts", "test/cli/large-terminal.test.ts", "test/faults/packaged-faults.test.ts"];
const dialects = ["test/dialects/**/*.test.ts", ...costly];
const system = ["test/system/**/*.test.ts"];

// Most of `real` and `system` is waiting for a Prometheus or for the scheduler: there are ten more workers than processors, so that what
// computes runs beside what waits. On a busy machine everything takes longer, and nothing fails for that.
const beside = { sequence: { groupOrder: 1 }, maxWorkers: availableParallelism() + 10, testTimeout: 300_000, hookTimeout: 600_000 };
// Many small files share a few processes: to begin one takes longer than most files.
const together = { isolate: false, setupFiles: ["test/support/anew.ts"] };

/**
 * `core` is pure, `app` talks to loopback servers, `contract` holds the simulator to the same suite that `real` runs on the real parts,
 * `dialects` holds what runs by `npm test -- --all` only, on servers that `npm run parts -- --all` builds or for minutes, and `system` is the stack as it is deployed.
 */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, ".."),
    sequence: { sequencer: Interleaved },
    testTimeout: 60_000,
    // What it sets for the whole process holds in the tests as it does in every entry.
    setupFiles: ["functions/config.ts"],
    projects: [
      { extends: true, test: { name: "core", include: core, pool: "threads", isolate: false, maxWorkers: availableParallelism() } },
      {
        extends: true,
        test: {
          name: "app",
          include: ["test/**/*.test.ts"],
          exclude: [...core, ...contract, ...real, ...dialects, ...system],
          ...together,
          ...beside,
        },
      },
      { extends: true, test: { name: "contract", include: contract, ...together, ...beside } },
      { extends: true, test: { name: "real", include: real, globalSetup: "test/support/real-kubernetes-setup.ts", ...beside } },
      { extends: true, test: { name: "dialects", include: dialects, ...beside } },
      { extends: true, test: { name: "system", include: system, exclude: costly, ...beside } },
    ],
  },
});
