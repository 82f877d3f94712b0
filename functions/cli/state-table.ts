// Opens the state of a stage for the commands that read it, and says what to do where it cannot be read.

import { clock } from "../clock.ts";
import { readConfig, requireStage } from "../config.ts";
import { type Code, ConfigError, UpstreamError } from "../core/errors.ts";
import { openStore, type Store } from "../state/store.ts";
import type { Terminal } from "./terminal.ts";

const WITHIN_MS = 10_000;
const REMEDIES: Partial<Record<Code, string>> = {
  "not-found": "there is no such table in this account and region: check the stage, and deploy it",
  forbidden: "allow dynamodb:GetItem and dynamodb:Query on it, and dynamodb:PutItem for a push of the fleet",
  unauthorized: "log in to AWS again, or check which credentials this process runs with",
};
const OTHERWISE = "check the network path to AWS, and the endpoint, region and credentials that this process is given";

/** The stage in `--stage` or STAGE. */
export function stageOf({ env }: Terminal, option: string | undefined): string {
  const stage = requireStage(option ?? readConfig(env).stage);
  if (!/^[a-z][a-z0-9-]{0,30}$/i.test(stage)) throw new ConfigError(`${stage} is no name of a stage`);
  return stage;
}

/** Calls `use` with the state of a stage; a {@link ConfigError} names the table that cannot be asked, and what to do. */
export async function withState<T>(stage: string, use: (store: Store, nowMs: number) => Promise<T>): Promise<T> {
  const table = `alertstatus-${stage}`;
  const nowMs = clock.nowMs();
  try {
    return await use(openStore(table, nowMs, WITHIN_MS), nowMs);
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    throw new ConfigError(`${table}: ${error.message}: ${REMEDIES[error.code] ?? OTHERWISE}`);
  }
}
