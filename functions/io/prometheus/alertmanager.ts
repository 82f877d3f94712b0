import { parseSilences, type Silences } from "../../core/prometheus/silence.ts";
import type { Wire } from "../http/request.ts";
import { ask } from "./prometheus.ts";

/** Asks an Alertmanager for all that it knows to fire; an {@link UpstreamError} where it does not say. */
export async function readSilences(wire: Wire, prefix: string): Promise<Silences> {
  const { body } = await ask(wire, `${prefix}/api/v2/alerts?active=true&silenced=true&inhibited=true&unprocessed=true`);
  return parseSilences(body);
}
