// The pure tests alone: a mutation run plays them once for each change of the code.

import { join } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: join(import.meta.dirname, "../.."),
    setupFiles: ["functions/config.ts"],
    testTimeout: 60_000,
    include: ["test/core/**/*.test.ts", "test/doctor/{checks/**/*,stage}.test.ts", "test/rules/**/*.test.ts", "test/discover/**/*.test.ts"],
  },
});
