import type { Alert } from "../prometheus/alert.ts";
import { compareText } from "../text.ts";
import { parseTimeMs } from "../time.ts";

const MARK = " Details: ";
// What the API server takes as a message: https://github.com/kubernetes/apimachinery/blob/master/pkg/apis/meta/v1/types.go
const LONGEST_MESSAGE = 32_768;
const MOST_OTHERS = 5;
const LONGEST_NAME = 100;
const LONGEST_RUNBOOK = 500;

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const NUMBER = /^[+-]?(\d+(\.\d+)?(e[+-]?\d+)?|Inf)$/i;
// Printable ASCII, and no user name before the host.
const RUNBOOK = /^https?:\/\/[!-.0-?A-~]+(\/[!-~]*)?$/;

/** A sentence of a profile, and after it since when and how badly the alerts fire that it is about, and which others fire beside them. */
export function withDetails(sentence: string, firing: readonly Alert[], others: readonly string[]): string {
  // Wholly ordered, so that the order on the wire does not matter.
  const alerts = firing.toSorted((one, other) => sinceMs(one) - sinceMs(other) || compareText(one.value ?? "", other.value ?? ""));
  const details = [since(alerts), value(alerts), runbook(alerts), beside(others)].filter((detail) => detail !== undefined).join(", ");
  const message = `${sentence}${MARK}${details}`;
  return details === "" || message.length > LONGEST_MESSAGE ? sentence : message;
}

/** Whether a message is this sentence, with details or without. */
export function isDetailed(message: unknown, sentence: string): boolean {
  return typeof message === "string" && (message === sentence || message.startsWith(sentence + MARK));
}

function since([first]: readonly Alert[]): string | undefined {
  if (first === undefined || sinceMs(first) === Number.POSITIVE_INFINITY) return undefined;
  return `firing since ${first.activeAt?.replace(/\.\d+/, "")}`;
}

// Where there is no usable time: later than all that have one. Go's zero time is none.
function sinceMs({ activeAt = "" }: Alert): number {
  const ms = TIME.test(activeAt) ? parseTimeMs(activeAt) : Number.NaN;
  return ms > 0 ? ms : Number.POSITIVE_INFINITY;
}

function value(alerts: readonly Alert[]): string | undefined {
  const text = alerts[0]?.value;
  if (text === undefined || !NUMBER.test(text)) return undefined;
  return `value ${/inf/i.test(text) ? text : Number(Number(text).toPrecision(4))}`;
}

function runbook(alerts: readonly Alert[]): string | undefined {
  const urls = alerts.map(({ annotations }) => annotations.runbook_url ?? "");
  const url = urls.find((text) => text.length <= LONGEST_RUNBOOK && RUNBOOK.test(text) && URL.canParse(text));
  return url && `runbook ${url}`;
}

function beside(others: readonly string[]): string | undefined {
  if (others.length === 0) return undefined;
  const named = others.slice(0, MOST_OTHERS).map((name) => (name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name));
  const more = others.length - named.length;
  return `also firing: ${[...named, ...(more > 0 ? [`${more} more`] : [])].join(", ")}`;
}
