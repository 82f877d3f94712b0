// Records the stack of a release, from which the tests upgrade to what comes after it; it takes the place of the release before.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageTemplate } from "../../infra/package/stack-template.ts";
import manifest from "../../package.json" with { type: "json" };
import { RELEASED } from "../infra/released.ts";

rmSync(RELEASED, { recursive: true, force: true });
mkdirSync(RELEASED);
const file = join(RELEASED, `${manifest.version}.json`);
writeFileSync(file, `${JSON.stringify(packageTemplate())}\n`);
console.log(`${file} is what upgrades are tried from, from now on`);
