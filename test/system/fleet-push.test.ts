// Tries `fleet push` on the S3 of the local cloud.

import { afterAll, beforeAll } from "vitest";
import { pushingFleets } from "../cli/fleet-push-suite.ts";
import { type LocalCloud, startLocalCloud } from "../support/local-cloud.ts";

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await startLocalCloud();
});
afterAll(() => cloud?.stop());

pushingFleets(() => cloud);
