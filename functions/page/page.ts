// Shows the status of a fleet as one page: a file that asks for nothing, and reads without script.

import { Sha256 } from "@aws-crypto/sha256-js";
import { ageText } from "../core/age.ts";
import { hasSeveralProfiles } from "../core/outcome/outcome.ts";
import { compareText } from "../core/text.ts";
import { durationText, parseTimeMs, timeText } from "../core/time.ts";
import type { FleetStatus } from "../state/fleet-status.ts";
import { type Line, linesOf } from "../state/groups.ts";
import { html, jsonText, type Markup } from "./html.ts";
import { rowData, rowMarkup } from "./rows.ts";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";
import { MARKS, TONES } from "./tones.ts";

/** Ticks after which nothing on the page is so any more as far as anything is known. */
const STALE_TICKS = 3;
/** A look from a terminal gets as old as ticks of a minute do. */
const LIVE_TICK_MS = 60_000;
/** Lines that are there without script. */
const FIRST = 100;
const MAX_BYTES = 2_000_000;
const COLUMNS = ["State", "Since", "Cluster", "What", "Reason", "Because"];

/** The page as HTML of at most 2 MB: lines that do not fit are left out, the best first. `everyMs` is how often the clusters are looked at. */
export function renderPage(status: FleetStatus, everyMs = LIVE_TICK_MS): string {
  // What an older version left says nothing of it.
  const tickMs = everyMs > 0 ? everyMs : LIVE_TICK_MS;
  const lines = withProfiles(linesOf(status));
  const looked = status.stage === undefined ? status.at : status.run?.at;
  const staleMs = looked === undefined ? 0 : parseTimeMs(looked) + STALE_TICKS * tickMs;
  const top = html`${head(status, looked, staleMs, tickMs)}<main>
${counts(lines)}${controls(status, lines)}${table(lines, status.at)}</main>`;
  const room = MAX_BYTES - bytesOf(top.markup) - bytesOf(STYLE) - bytesOf(SCRIPT) - 10_000;
  const data = rowData(lines, status.at, room);
  const shown = data.rows.length / 3;
  const page = html`<!doctype html>
<html lang="en"${parseTimeMs(status.at) < staleMs ? html`` : html` class="stale"`}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${{ markup: policy() }}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${titleOf(status)}</title>
<style>${{ markup: STYLE }}</style>
</head>
<body>
${top}
${shown < lines.length ? html`<p>${lines.length - shown} lines more, the last ones, are left out: they do not fit into this page.</p>` : html``}
<script type="application/json" id="data">${{ markup: jsonText({ ...data, atMs: parseTimeMs(status.at), staleMs, marks: MARKS }) }}</script>
<script>${{ markup: SCRIPT }}</script>
</body>
</html>`;
  return page.markup;
}

function policy(): string {
  return `default-src 'none'; style-src 'sha256-${hashOf(STYLE)}'; script-src 'sha256-${hashOf(SCRIPT)}'; img-src data:; base-uri 'none'; form-action 'none'`;
}

function hashOf(text: string): string {
  const sha256 = new Sha256();
  sha256.update(text);
  return btoa(String.fromCharCode(...sha256.digestSync()));
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

function titleOf({ stage, summary }: FleetStatus): string {
  const { False, Unknown } = summary.conditions;
  const unreached = Object.entries(summary.clusters).reduce((sum, [was, count]) => (was === "reconciled" ? sum : sum + count), 0);
  return `${stage ?? "fleet"}: ${False} False, ${Unknown} Unknown, ${unreached} not reached`;
}

function head({ at, stage, run, clusters, summary }: FleetStatus, looked: string | undefined, staleMs: number, tickMs: number): Markup {
  const changed =
    clusters
      .map((one) => one.changed ?? "")
      .toSorted(compareText)
      .at(-1) ?? "";
  const missed =
    run === undefined || run.missed === 0 ? html`` : html` <strong>${run.missed} ticks were missed in the hour before.</strong>`;
  const { True, False, Unknown } = summary.conditions;
  const reached = Object.entries(summary.clusters).map(([was, count], place) => html`${place === 0 ? html`` : html`, `}${count} ${was}`);
  return html`<header>
<h1>${stage ?? "Fleet"} <small>alertstatus</small></h1>
<p id="stale" role="status"><strong>Stale: the last look is older than ${STALE_TICKS} ticks of ${durationText(tickMs)}. What stands here was so then, and is not known to be so now.</strong></p>
<p>${looked === undefined ? html`<strong>Looked never: no tick has come to its end in two days.</strong>` : html`As of ${time(looked)}<span id="ago"></span>, stale from ${time(timeText(staleMs))} on.`}${missed}</p>
<p>Changed ${changed === "" ? "never since it is known" : html`${time(changed)}, ${ageText(changed, at)} before`}. Generated ${time(at)}.</p>
<p>Clusters: ${reached.length === 0 ? "none" : reached}. Conditions: ${False} False, ${Unknown} Unknown, ${True} True.</p>
</header>
`;
}

function time(text: string): Markup {
  return html`<time datetime="${text}">${text.replace("T", " ")}</time>`;
}

// Where one profile judges all, it goes without saying.
function withProfiles(lines: readonly Line[]): readonly Line[] {
  if (!hasSeveralProfiles(lines)) return lines;
  return lines.map((line) => (line.profile === undefined ? line : { ...line, resource: `${line.resource} by ${line.profile}` }));
}

const BAR_WIDTH = 1_000;

/** How many lines have which state, as links that leave only those, and as a bar. */
function counts(lines: readonly Line[]): Markup {
  const groups = [...Map.groupBy(lines, ({ state }) => state)].map(([state, { length }]) => ({ state, tone: TONES[state], length }));
  let x = 0;
  const bars = groups.map(({ tone, length }) => {
    const width = Math.max(2, Math.round((length / lines.length) * BAR_WIDTH));
    x += width;
    return { markup: `<rect class="${tone}" x="${x - width}" width="${width}" height="8"/>` };
  });
  const links = groups.map(
    ({ state, tone, length }) =>
      html`<li><a class="${tone}" href="#state=${encodeURIComponent(state)}"><span aria-hidden="true">${MARKS[tone]}</span> ${state} <b>${length}</b></a></li>
`,
  );
  const others = lines.length - (groups.find(({ state }) => state === "True")?.length ?? 0);
  return html`<svg class="bar" viewBox="0 0 ${{ markup: String(Math.max(1, x)) }} 8" preserveAspectRatio="none" aria-hidden="true">${bars}</svg>
<nav aria-label="States"><ul class="counts">
<li><a href="#">All <b>${lines.length}</b></a></li>
<li><a href="#not=True">All that is not well <b>${others}</b></a></li>
${links}</ul></nav>
`;
}

/** What the script makes work, and what is said where there is none. */
function controls({ clusters }: FleetStatus, lines: readonly Line[]): Markup {
  const omitted = clusters.flatMap((cluster) => Object.values(cluster.omitted ?? {})).reduce((sum, count) => sum + count, 0);
  return html`<search id="controls" hidden>
<label>Filter <input id="q" type="search" autocomplete="off" spellcheck="false"></label>
<label>Label <select id="label"><option value="">any</option></select></label>
</search>
<p id="count" role="status">${lines.length === 0 ? "There is nothing to show: no condition, and no cluster that is not reached." : ""}</p>
${lines.length > FIRST ? html`<noscript><p>Without script the first ${FIRST} of ${lines.length} lines are here, the worst first.</p></noscript>` : html``}
${omitted === 0 ? html`` : html`<p>${omitted} conditions more of large clusters are counted above, and have no line.</p>`}
`;
}

function table(lines: readonly Line[], at: string): Markup {
  const rows = lines.slice(0, FIRST).map(
    (line) => html`${rowMarkup(line, at)}
`,
  );
  return html`<div class="scroll" role="region" aria-label="Conditions and clusters" tabindex="0"><table>
<caption>Conditions, and clusters that are not reached or not read; the worst first</caption>
<thead><tr>${COLUMNS.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody id="rows">
${rows}</tbody>
</table></div>
<button id="more" type="button" hidden></button>
`;
}
