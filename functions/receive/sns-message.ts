import { type Push, type PushedAlert, parseWebhook } from "./alerts.ts";

const UNREADABLE: Push = { alerts: [], isPartial: true };

/**
 * Reads what an Alertmanager publishes to SNS: its own text, or the JSON of a template with `alerts` in it. What is cut off, or in words of
 * somebody's own, is a push that tells nothing more than that there is news.
 *
 * https://github.com/prometheus/alertmanager/blob/v0.28.1/template/default.tmpl
 */
export function parseSnsMessage(message: string, isTruncated: boolean): Push {
  const written = message.trimStart().startsWith("{") ? parseWebhook(message) : parseText(message);
  return typeof written === "string" ? UNREADABLE : { ...written, isPartial: written.isPartial || isTruncated };
}

const SECTIONS: ReadonlyMap<string, PushedAlert["state"]> = new Map([
  ["Alerts Firing:", "firing"],
  ["Alerts Resolved:", "resolved"],
]);

// It says neither when an alert began nor when it ends.
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
