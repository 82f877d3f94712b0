import { availableParallelism } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

const core = ["test/core/**/*.test.ts"];
const contract = ["test/contract/**/*.test.ts"];
const real = ["test/real/**/*.test.ts"];

/** `core` is pure, `io` talks to loopback servers, `contract` holds the simulator to the same suite that `real` runs on the real parts. */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, ".."),
    projects: [
      { extends: true, test: { name: "core", include: core, pool: "threads", isolate: false } },
      { extends: true, test: { name: "io", include: ["test/**/*.test.ts"], exclude: [...core, ...contract, ...real] } },
      { extends: true, test: { name: "contract", include: contract } },
      {
        extends: true,
        test: {
          name: "real",
          include: [...contract, ...real],
          globalSetup: "test/support/real-kubernetes-setup.ts",
          // After the others, some of which compare times. Most of it waits for Prometheus, so there is always one more worker than that takes.
          sequence: { groupOrder: 1 },
          maxWorkers: Math.max(2, availableParallelism() - 1),
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
