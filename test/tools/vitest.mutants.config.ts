// The pure tests alone: a mutation run plays them once for each change of the code.

import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

// The first test that fails decides about a change: those begin that take the least time, and properties over thousands of cases come last.
class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toReversed();
  }
}

export default defineConfig({
  test: {
    root: join(import.meta.dirname, "../.."),
    setupFiles: ["functions/config.ts"],
    testTimeout: 60_000,
    sequence: { sequencer: QuickFirst },
    include: ["test/core/**/*.test.ts", "test/doctor/{checks/**/*,stage}.test.ts", "test/rules/**/*.test.ts", "test/discover/**/*.test.ts"],
  },
});
