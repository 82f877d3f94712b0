// Clusters that push and do not answer keep no push of another one waiting, in the stack as it is deployed.

import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { ADDRESS } from "../real/kyma-cluster.ts";
import { functionLog } from "../support/function-log.ts";
import { PATIENTLY } from "../support/patience.ts";
import { type HangingLab, startHangingLab } from "./hanging-lab.ts";

const SILENT = Array.from({ length: 20 }, (_, index) => `silent-${index}`);
// Where this machine is so busy that a push has no time left to reach its cluster, one a minute later has.
const AGAIN = { ...PATIENTLY, interval: 3_000 };

// A batch has three of them at most where it waits for nothing.
const MOST_LOST = 3;

let lab: HangingLab;
beforeAll(async () => {
  lab = await startHangingLab(ADDRESS, ["slow"], SILENT);
});
afterEach(({ task }) => {
  if (task.result?.state === "fail") console.error(lab.cloud.log());
});
afterAll(() => lab?.stop());

const linesOf = async (pattern: RegExp) =>
  (await functionLog(lab.cloud, `${lab.stack.name}-reconcile`)).filter((line) => pattern.test(line));
const outcomesOf = async (cluster: string) => {
  const lines = await linesOf(new RegExp(`"cluster needs attention".*"cluster":"${cluster}"`));
  return lines.map((line) => /"was":"([a-z]+)","code":"([a-z-]+)"/.exec(line)?.slice(1).join());
};
const push = async (...names: readonly string[]) => {
  for (const name of names) expect(await lab.push(name)).toBe(202);
};
const statusAfterPush = async () => {
  await push("well");
  return lab.status();
};
const hangingAfterPush = async () => {
  await push("slow");
  return lab.hanging();
};
const untriedAfterPush = async () => {
  await push(...lab.untried());
  return lab.untried();
};

it("writes the status of one that is well while another one hangs, and leaves that to the next tick", async () => {
  await push("slow", "slow", "slow");
  await expect.poll(statusAfterPush, AGAIN).toBe("True");
  await expect.poll(hangingAfterPush, AGAIN).toBeGreaterThan(0);
  await expect.poll(() => outcomesOf("slow"), PATIENTLY).toContain("late,out-of-time");
  expect(new Set(await outcomesOf("slow"))).toEqual(new Set(["late,out-of-time"]));
});

it("writes it beside twenty that cannot be reached, and tries none of them again at once", async () => {
  lab.setBroken(true);
  await push(...SILENT);
  await expect.poll(statusAfterPush, AGAIN).toBe("False");
  await expect.poll(untriedAfterPush, AGAIN).toEqual([]);
  const outcomes = async () => (await Promise.all(SILENT.map(outcomesOf))).flat();
  // Each is tried. Of what an invocation prints, the local cloud loses all now and then: not each can be read in its log.
  await expect.poll(async () => (await outcomes()).length, PATIENTLY).toBeGreaterThanOrEqual(SILENT.length - MOST_LOST);
  expect(new Set(await outcomes())).toEqual(new Set(["late,out-of-time"]));
  const again = async () => {
    await push(...SILENT);
    return linesOf(/"ClustersResting":[1-9]/);
  };
  await expect.poll(async () => (await again()).length, AGAIN).toBeGreaterThan(0);
});
