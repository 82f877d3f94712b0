// Draws the timelines of a replay as one page that loads nothing from elsewhere.

import { resourceName } from "../core/outcome/outcome.ts";
import { escapeHtml } from "../core/text.ts";
import { durationText, timeText } from "../core/time.ts";
import type { ProfileReplay, ResourceReplay } from "./profile.ts";
import type { ClusterReplay } from "./replay.ts";
import { UNKNOWABLE } from "./report.ts";
import type { Span } from "./timeline.ts";

/** The replays as HTML; whatever a cluster says of itself stands in it as text. */
export function pageOf(clusters: readonly ClusterReplay[]): string {
  const parts = clusters.flatMap((cluster) => cluster.profiles.map((one) => sectionOf(cluster, one)));
  const list = UNKNOWABLE.map((line) => `<li>${escapeHtml(line)}</li>`).join("");
  return `${HEAD}${LEGEND}${parts.join("\n")}<h2>What a replay cannot know</h2><ul>${list}</ul></main></body></html>`;
}

// No script, and nothing that could load one: https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CSP
const HEAD = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>What would have been said</title>
<style>
:root { color-scheme: light dark; --true: #1a7f37; --false: #cf222e; --unknown: #9a6700; --gap: #6e7781; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .25rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; vertical-align: top; font-weight: normal; }
th { font-weight: 600; }
td.line { width: 55%; }
svg { display: block; width: 100%; height: 1.4rem; }
.True { fill: var(--true); } .False { fill: var(--false); } .Unknown { fill: url(#stripes); }
.gap { fill: var(--gap); fill-opacity: .35; }
td.line .False, td.line .Unknown { stroke: var(--false); stroke-width: 2px; vector-effect: non-scaling-stroke; } td.line .Unknown { stroke: var(--unknown); }
.legend span { margin-right: 1.5rem; } .legend svg { display: inline-block; width: 1.4rem; height: .9rem; vertical-align: baseline; }
details { margin: .25rem 0 1rem; } .dim { opacity: .75; }
</style></head><body><main><h1>What would have been said</h1>
<svg style="position:absolute;width:0;height:0" aria-hidden="true"><defs><pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#9a6700"/><rect width="3" height="6" fill="#d4a72c"/></pattern></defs></svg>
`;

const LEGEND = `<p class="legend">${["True", "False", "Unknown", "gap"]
  .map(
    (kind) =>
      `<span><svg viewBox="0 0 10 6" preserveAspectRatio="none" aria-hidden="true"><rect class="${kind}" width="10" height="6"/></svg> ${kind === "gap" ? "nothing recorded" : kind}</span>`,
  )
  .join("")}</p>`;

const MAX_ROWS = 200;

function sectionOf({ cluster, sinceMs, untilMs, stepMs, origin }: ClusterReplay, { profile, resources, proposals }: ProfileReplay): string {
  const stretch = `${timeText(sinceMs)} to ${timeText(untilMs)}, every ${durationText(stepMs)}, from ${origin}`;
  const rows = resources.map((one) => rowOf(one, sinceMs, untilMs)).join("\n");
  const proposed = proposals.map(
    ({ field, value, transitions: { before, after } }) =>
      `<p>${escapeHtml(`${field}: ${value} would turn ${before} changes into ${after}`)}</p>`,
  );
  return `<h2>${escapeHtml(`${cluster}: ${profile.condition} of ${profile.name}`)}</h2><p class="dim">${escapeHtml(stretch)}</p>
<table><thead><tr><th scope="col">Resource</th><th scope="col">Timeline</th><th scope="col">True</th><th scope="col">Changes</th></tr></thead>
<tbody>${rows}</tbody></table>${proposed.join("")}${resources.map(detailsOf).join("")}`;
}

function rowOf(one: ResourceReplay, sinceMs: number, untilMs: number): string {
  const { ms, transitions, skipped } = one;
  const total = ms.True + ms.False + ms.Unknown;
  const name = escapeHtml(nameOf(one));
  if (skipped !== undefined) return `<tr><th scope="row">${name}</th><td colspan="3">skipped: ${escapeHtml(skipped)}</td></tr>`;
  const share = total === 0 ? "-" : `${((100 * ms.True) / total).toFixed(1)}%`;
  return `<tr><th scope="row">${name}</th><td class="line">${lineOf(one, sinceMs, untilMs)}</td><td>${share}</td><td>${transitions.length}</td></tr>`;
}

// What lasts shorter than a pixel is wide is drawn over what is well, with an edge that keeps its width.
const ORDER = ["True", "gap", "Unknown", "False"] as const;

function kindOf({ by, status }: Span): (typeof ORDER)[number] {
  return by === "gap" ? "gap" : status;
}

// Whatever is not told is not green: the line begins as a gap, and the spans lie on it.
function lineOf({ spans }: ResourceReplay, sinceMs: number, untilMs: number): string {
  const first = spans[0]?.run[0] ?? 0;
  const width = Math.max(1, (spans.at(-1)?.run[1] ?? 0) - first);
  const title = escapeHtml(`${timeText(sinceMs)} to ${timeText(untilMs)}`);
  const rects = ORDER.flatMap((kind) => spans.filter((span) => kindOf(span) === kind).map((span) => rectOf(span, first))).join("");
  return `<svg viewBox="0 0 ${width} 10" preserveAspectRatio="none" role="img"><title>${title}</title><rect class="gap" width="${width}" height="10"/>${rects}</svg>`;
}

function rectOf(span: Span, first: number): string {
  const { status, reason, because } = span;
  const [from, to] = span.run;
  const title = escapeHtml(`${status} ${reason}: ${because.join(", ") || "nothing fires"}`);
  return `<rect class="${kindOf(span)}" x="${from - first}" width="${to - from}" height="10"><title>${title}</title></rect>`;
}

function detailsOf(one: ResourceReplay): string {
  const { transitions } = one;
  if (transitions.length === 0) return "";
  const rows = transitions.slice(0, MAX_ROWS).map(({ atMs, status, reason, because }) => {
    const cells = [timeText(atMs), status, reason, because.join(", ") || "nothing fires"];
    return `<tr>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join("")}</tr>`;
  });
  const more = transitions.length > MAX_ROWS ? `<p>${transitions.length - MAX_ROWS} more</p>` : "";
  const head = ["At", "Status", "Reason", "Because"].map((title) => `<th scope="col">${title}</th>`).join("");
  return `<details><summary>${escapeHtml(nameOf(one))}: ${transitions.length} changes</summary><table><thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody></table>${more}</details>`;
}

function nameOf({ resource: { of, name, namespace } }: ResourceReplay): string {
  return resourceName({ kind: of.kind, name, namespace });
}
