// The pure tests alone: a mutation run plays them once for each change of the code.

import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

// The first test that fails decides about a change: the tests of the changed file begin, then those of its room, and of these the quickest.
class OwnTestsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const [changed = ""] = [this.ctx.config.related ?? []].flat();
    const own = changed.replace(/^.*\/functions\/(.*)\.ts$/, "/test/$1");
    const places = [`${own}.`, `${own}-`, own.replace(/[^/]*$/, "")];
    const distance = ({ moduleId }: TestSpecification) => {
      const place = places.findIndex((part) => moduleId.includes(part));
      return place === -1 ? places.length : place;
    };
    const quickFirst = (await super.sort(files)).toReversed();
    return quickFirst.toSorted((one, other) => distance(one) - distance(other));
  }
}

export default defineConfig({
  test: {
    root: join(import.meta.dirname, "../.."),
    setupFiles: ["functions/config.ts"],
    testTimeout: 60_000,
    sequence: { sequencer: OwnTestsFirst },
    include: ["test/core/**/*.test.ts", "test/doctor/{checks/**/*,stage}.test.ts", "test/rules/**/*.test.ts", "test/discover/**/*.test.ts"],
  },
});
