// Measures what a warm function keeps over 1,000 passes beside members that mean it no good, for `npm run bench:memory`.

import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { buildFunctions } from "../../../infra/build.ts";
import { alerts, kubernetes, objects } from "../../faults/clusters.ts";
import { type Behind, openApi, pipeline, traces } from "../../faults/fault.ts";
import { http, network } from "../../faults/servers.ts";
import { alertsBody, anAlert, aResource } from "../../support/builders.ts";
import { startSimulator } from "../../support/simulator.ts";
import type { Measured } from "./memory-process.ts";

const PASSES = 1_000;
const WARM_UP = 100;
const HEALTHY = 5;
// What keeps silent would make a pass of milliseconds one of seconds, and what is large is measured by test/faults.
const SLOW_OR_LARGE = /timeout|too-large|never|byte now and then|expires/;
const faults = [...network, ...http, ...kubernetes, ...alerts, ...objects].filter(
  ({ name, outcome }) => !SLOW_OR_LARGE.test(name + outcome),
);

const folder = await mkdtemp(join(tmpdir(), "bench-memory-"));
const healthy = await Promise.all(Array.from({ length: HEALTHY }, () => startSimulator()));
for (const simulator of healthy) simulator.put(aResource().object);
const hostile = await Promise.all([...faults.map(({ open }) => open()), openChanging()]);

const auth = { token: { env: "TOKEN" } };
const clusters = [
  ...hostile.map(({ url, more }, index) => ({ name: `hostile-${index}`, kubernetes: { server: url, auth }, ...more })),
  ...healthy.map(({ url }, index) => ({ name: `healthy-${index}`, kubernetes: { server: url, auth } })),
];
await writeFile(join(folder, "fleet.json"), JSON.stringify({ clusters }));
await buildFunctions(join(folder, "built"), ["functions/reconcile.ts"]);

console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`);
console.log(
  `${PASSES} passes over ${HEALTHY} healthy members and ${hostile.length} hostile ones, after ${WARM_UP} others; in MB, after a collection`,
);
const child = fork(
  join(import.meta.dirname, "memory-process.ts"),
  [join(folder, "built/reconcile/reconcile.mjs"), ...clusters.map(({ name }) => name)],
  {
    execArgv: ["--expose-gc"],
    env: { FLEET: `file:${join(folder, "fleet.json")}`, TOKEN: healthy[0]?.token, PASSES: String(PASSES), WARM_UP: String(WARM_UP) },
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  },
);
child.on("message", ({ passes, heap, external, rss }: Measured) =>
  console.log(`${String(passes).padStart(5)} passes: heap ${heap.toFixed(1)}, external ${external.toFixed(1)}, rss ${rss.toFixed(0)}`),
);
const [code] = await once(child, "exit");
for (const { close } of [...healthy, ...hostile]) await close();
await rm(folder, { recursive: true });
process.exit(code === 0 ? 0 : 1);

/** A member that has other objects, labels, rules and words each time, so that whatever is kept by them is never met again. */
function openChanging(): Promise<Behind> {
  let count = 0;
  const next = () => `n-${count++}`;
  const firing = () => Array.from({ length: 50 }, () => anAlert("TraceGatewayThrottling", { pipeline_name: next(), [next()]: next() }));
  return openApi(
    {
      list: (ask) => traces(...Array.from({ length: 50 }, () => pipeline(next())))(ask),
      patch: () => ({ status: 422, body: { kind: "Status", code: 422, message: next() } }),
      alerts: () => ({ body: alertsBody({ firing: firing() }) }),
      rules: () => ({ body: { status: "success", data: { groups: [{ name: next(), file: next(), interval: 30, rules: [] }] } } }),
    },
    (url) => ({ url }),
  );
}
