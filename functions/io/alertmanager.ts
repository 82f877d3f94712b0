import { UpstreamError } from "../core/errors.ts";
import { parseSilences, type Silences } from "../core/silence.ts";
import { redacted } from "../core/text.ts";
import type { Wire } from "./http.ts";
import { ask } from "./prometheus.ts";

/** Asks an Alertmanager for all that it knows to fire; an {@link UpstreamError} where it does not say. */
export async function readSilences(wire: Wire, prefix: string): Promise<Silences> {
  const { body } = await ask(wire, `${prefix}/api/v2/alerts?active=true&silenced=true&inhibited=true&unprocessed=true`);
  try {
    return parseSilences(body);
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    throw new UpstreamError(error.code, redacted(error.message, wire.endpoint.secrets));
  }
}
