import type { AlertmanagerSource } from "../core/access/alerts.ts";
import { type Failure, failureOf, UpstreamError } from "../core/errors.ts";
import { type Silences, withSilences } from "../core/prometheus/silence.ts";
import { readSilences } from "../io/prometheus/prometheus.ts";
import { type Answers, proxyPath, type Read, recalled, type Way } from "./alert-sources.ts";

type Answer = { readonly silences: Silences } | { readonly silencesUnreadable: Failure };

/** What an Alertmanager says, asked for after a moment of `performance.now()`. */
export type ReadSilences = (askedAfter: number) => Promise<Answer>;

/** Reads an Alertmanager that stands behind the cluster's API server, or at the end of a way of its own. */
export function silencesReader(manager: AlertmanagerSource, way: Way): ReadSilences {
  const prefix = "service" in manager ? proxyPath(manager) : "";
  const answers: Answers<Answer> = new Map();
  return (askedAfter) => recalled(answers, "", askedAfter, () => answerOf(() => way((wire) => readSilences(wire, prefix))));
}

/** The same source, each alert marked that its Alertmanager knows as suppressed. Without its answer, none is. */
export function silencing({ labels }: AlertmanagerSource, read: Read, ask: ReadSilences): Read {
  return async (askedAfter) => {
    const [reading, answer] = await Promise.all([read(askedAfter), ask(askedAfter)]);
    if (reading.was === "unreadable") return reading;
    return "silences" in answer ? withSilences(reading, answer.silences, labels) : { ...reading, ...answer };
  };
}

async function answerOf(read: () => Promise<Silences>): Promise<Answer> {
  try {
    return { silences: await read() };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return { silencesUnreadable: failureOf(error) };
  }
}
