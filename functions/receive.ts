// The `receive` function, wired: a push to its URL, or records of SNS, becomes an event that requests a reconcile.

import { hash } from "node:crypto";
import type { Context } from "aws-lambda";
import { clock } from "./clock.ts";
import { readConfig, requireBus, requireReceiverSecret, requireStage } from "./config.ts";
import { ConfigError } from "./core/errors.ts";
import { openBus } from "./io/aws/bus.ts";
import { openReport } from "./io/report.ts";
import { openAnnounce } from "./receive/announce.ts";
import { openPushMemory } from "./receive/dedup.ts";
import { parsePushRequest } from "./receive/function-url.ts";
import { type PushAnswer, receivePush } from "./receive/http.ts";
import { parseSnsEvent, receiveSns } from "./receive/sns.ts";
import { openPushSecret } from "./receive/token.ts";
import { parseTopics } from "./receive/topics.ts";

// The function times out after three seconds, and a sender whose request times out does not get the 503 that makes it retry.
const BUS_DEADLINE_MS = 2_000;

const config = readConfig();
const report = openReport(config.stage);
const bus = openBus(requireBus(config.bus), { withinMs: BUS_DEADLINE_MS });
const stage = requireStage(config.stage);
const memory = openPushMemory((text) => hash("sha256", text, "base64url"));
const announce = openAnnounce({ bus, memory, report, clock });
const topics = parseTopics(config.topics ?? "");
const secret = openPushSecret(requireReceiverSecret(config.receiverSecret), {
  clock,
  onFailure: ({ message }) => report.error("the receiver's secret cannot be used", { why: message }),
});

/** Answers a request to the Function URL, or takes records of SNS; a {@link ConfigError} for any other payload. */
export async function handler(event: unknown, context: Context): Promise<PushAnswer | undefined> {
  report.begin(context);
  const request = parsePushRequest(event);
  if (request !== undefined) return receivePush(request, { secret, stage, announce, clock });
  const notices = parseSnsEvent(event);
  if (notices === undefined) throw new ConfigError("the payload is not usable: a Function URL request or records of SNS are expected");
  await receiveSns(notices, { topics, announce, report });
  return undefined;
}
