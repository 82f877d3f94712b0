import { isObject, valueAt } from "../core/json.ts";

/** A request as a Function URL hands it over: format version 2.0. */
export type PushRequest = {
  readonly method: string;
  readonly path: string;
  /** The values of a header, in lower case; one that came more than once is one text with commas, as HTTP has it. */
  header(name: string): string | undefined;
  readonly body: string;
  readonly isBase64: boolean;
};

/**
 * Reads the event; undefined where it is none of a Function URL.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
 */
export function parsePushRequest(event: unknown): PushRequest | undefined {
  const method = valueAt(event, ["requestContext", "http", "method"]);
  if (!isObject(event) || typeof method !== "string") return undefined;
  const { rawPath, headers, body, isBase64Encoded } = event;
  const sent = isObject(headers) ? Object.entries(headers) : [];
  return {
    method,
    path: typeof rawPath === "string" ? rawPath : "",
    header: (name) => {
      const values = sent.flatMap(([key, value]) => (key.toLowerCase() === name && typeof value === "string" ? [value] : []));
      return values.length === 0 ? undefined : values.join(",");
    },
    body: typeof body === "string" ? body : "",
    isBase64: isBase64Encoded === true,
  };
}
