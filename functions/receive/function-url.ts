// Reads the event of a Lambda Function URL into the few parts of a request that the receiver looks at.

import { isObject, valueAt } from "../core/json.ts";

/** A request of payload format version 2.0. */
export type PushRequest = {
  readonly method: string;
  readonly path: string;
  /** The value of a header by its lower-case name; the values of a repeated header are joined by commas, as HTTP defines. */
  header(name: string): string | undefined;
  readonly body: string;
  readonly isBase64: boolean;
};

/**
 * Parses an event; undefined where it is not one of a Function URL.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
 */
export function parsePushRequest(event: unknown): PushRequest | undefined {
  const method = valueAt(event, ["requestContext", "http", "method"]);
  if (!isObject(event) || typeof method !== "string") return undefined;
  const { rawPath, headers, body, isBase64Encoded } = event;
  const headerEntries = isObject(headers) ? Object.entries(headers) : [];
  return {
    method,
    path: typeof rawPath === "string" ? rawPath : "",
    header: (name) => {
      const values = headerEntries.flatMap(([key, value]) => (key.toLowerCase() === name && typeof value === "string" ? [value] : []));
      return values.length === 0 ? undefined : values.join(",");
    },
    body: typeof body === "string" ? body : "",
    isBase64: isBase64Encoded === true,
  };
}
