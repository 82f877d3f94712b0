// Starts one API server for all suites that need one which nothing else changes meanwhile: each of its own would cost 3 s of CPU.

import { afterAll, beforeAll } from "vitest";
import { type RealKubernetes, startKubernetes } from "../support/real-kubernetes.ts";
import { holdsActing } from "./acting-suite.ts";
import { holdsCleanup } from "./cleanup-suite.ts";
import { holdsEvents } from "./events-suite.ts";
import { holdsHeartbeat } from "./heartbeat-suite.ts";
import { holdsRulesSync } from "./rules-sync-suite.ts";
import { holdsShippedPrometheus } from "./shipped-prometheus-suite.ts";

let kubernetes: RealKubernetes;
beforeAll(async () => {
  kubernetes = await startKubernetes();
});
afterAll(() => kubernetes?.stop());

// Each removes the pipelines that it creates.
for (const holds of [holdsCleanup, holdsHeartbeat, holdsEvents, holdsShippedPrometheus, holdsRulesSync, holdsActing])
  holds(() => kubernetes);
