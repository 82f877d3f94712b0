// Reads the alerts of an Alertmanager's SNS message, which may be truncated or come from any template.

import { type Push, type PushedAlert, parseWebhook } from "./alerts.ts";

const UNREADABLE: Push = { alerts: [], isPartial: true };

/**
 * Parses the default text that an Alertmanager publishes to SNS, or the JSON of a template with `alerts` in it. A message that is truncated
 * or of another form is a partial push, which says only that there is news.
 *
 * https://github.com/prometheus/alertmanager/blob/v0.28.1/template/default.tmpl
 */
export function parseSnsMessage(message: string, isTruncated: boolean): Push {
  const push = message.trimStart().startsWith("{") ? parseWebhook(message) : parseText(message);
  return typeof push === "string" ? UNREADABLE : { ...push, isPartial: push.isPartial || isTruncated };
}

const SECTIONS: ReadonlyMap<string, PushedAlert["state"]> = new Map([
  ["Alerts Firing:", "firing"],
  ["Alerts Resolved:", "resolved"],
]);

// The default text has neither the start nor the end of an alert.
function parseText(message: string): Push {
  const alerts: PushedAlert[] = [];
  let state: PushedAlert["state"] = "firing";
  let labels: [string, string][] | undefined;
  for (const line of message.split("\n")) {
    state = SECTIONS.get(line) ?? state;
    if (line === "Labels:") labels = [];
    else if (line !== "Annotations:") labels?.push(parseLabel(line));
    else if (labels !== undefined) {
      alerts.push({ labels: Object.fromEntries(labels), state, start: "", endsMs: Number.POSITIVE_INFINITY });
      labels = undefined;
    }
  }
  return { alerts, isPartial: alerts.length === 0 };
}

function parseLabel(line: string): [string, string] {
  const [name = "", ...value] = line.replace(/^ - /, "").split(" = ");
  return [name, value.join(" = ")];
}
