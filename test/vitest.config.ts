import { availableParallelism } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

const core = ["test/core/**/*.test.ts", "test/doctor/checks/**/*.test.ts", "test/rules/**/*.test.ts", "test/discover/**/*.test.ts"];
const contract = ["test/contract/**/*.test.ts"];
const real = ["test/real/**/*.test.ts"];
const system = ["test/system/**/*.test.ts"];
// After the others, some of which compare times. Most of it waits for Prometheus or for the scheduler, so there is always one more worker than that takes.
const waiting = { sequence: { groupOrder: 1 }, maxWorkers: Math.max(3, availableParallelism()), testTimeout: 60_000, hookTimeout: 60_000 };

/**
 * `core` is pure, `app` talks to loopback servers, `contract` holds the simulator to the same suite that `real` runs on the real parts,
 * and `system` is the stack as it is deployed.
 */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, ".."),
    projects: [
      { extends: true, test: { name: "core", include: core, pool: "threads", isolate: false } },
      { extends: true, test: { name: "app", include: ["test/**/*.test.ts"], exclude: [...core, ...contract, ...real, ...system] } },
      { extends: true, test: { name: "contract", include: contract } },
      {
        extends: true,
        test: { name: "real", include: [...contract, ...real], globalSetup: "test/support/real-kubernetes-setup.ts", ...waiting },
      },
      { extends: true, test: { name: "system", include: system, ...waiting } },
    ],
  },
});
