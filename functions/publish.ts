// The entry of the `publish` function: what the state says of the fleet becomes the page in a bucket, where it says anything new.

import { hash } from "node:crypto";
import type { Context } from "aws-lambda";
import { clock } from "./clock.ts";
import { readConfig, requirePage, requireStage } from "./config.ts";
import { timeText } from "./core/time.ts";
import { openReport } from "./io/report.ts";
import { renderPage } from "./page/page.ts";
import { statusOf } from "./state/fleet-status.ts";
import { readFleet } from "./state/read.ts";
import { openStore } from "./state/store.ts";

const STATE_WITHIN_MS = 15_000;

const config = readConfig();
const report = openReport(config.stage);
const stage = requireStage(config.stage);
const { table, page } = requirePage(config);
let last: string | undefined;

/** Takes what the schedule sends. A cold process writes the page once too often. */
export async function handler(_: unknown, context: Context): Promise<void> {
  report.begin(context);
  const nowMs = clock.nowMs();
  const { states, run, tickMs } = await readFleet(openStore(table, nowMs, STATE_WITHIN_MS), nowMs);
  const status = statusOf(states, { at: timeText(nowMs), stage, run });
  // All but when it is generated: a look at the clusters that has ended since is new, and a tick that is missed.
  const said = hash("sha256", JSON.stringify([{ ...status, at: "" }, tickMs]));
  const isNew = said !== last;
  if (isNew) await (await import("./io/aws/page.ts")).putPage(page, renderPage(status, tickMs));
  last = said;
  report.info(isNew ? "page written" : "nothing is new", { clusters: states.length });
}
