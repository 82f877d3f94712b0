// Makes of the lines of a status the rows of the page: the first as markup, all of them as data for its script.

import { ageText } from "../core/age.ts";
import { parseTimeMs } from "../core/time.ts";
import type { Line, State } from "../state/groups.ts";
import { html, jsonText, type Markup, shownText } from "./html.ts";
import { MARKS, TONES, type Tone } from "./tones.ts";

/**
 * The lines as script.ts reads them. What is equal stands there once: a row is the place of its shape, the place of its cluster, and how many
 * seconds ago it began, one after the other.
 */
type RowData = {
  readonly shapes: readonly Shape[];
  readonly clusters: readonly Cluster[];
  readonly labels: readonly string[];
  readonly rows: readonly number[];
};
type Cluster = readonly [name: string, ...labels: number[]];
type Shape = readonly [state: State, tone: Tone, what: string, reason: string, message: string, because: string];

/** A row as markup; script.ts makes the same. */
export function rowMarkup(line: Line, at: string): Markup {
  const [state, tone, what, reason, message, because] = shapeOf(line);
  return html`<tr class="${tone}"><td class="state"><span aria-hidden="true">${MARKS[tone]}</span> ${state}</td><td>${ageText(line.since, at)}${small(line.since.replace("T", " "))}</td><th scope="row">${line.cluster}${small(labelsOf(line).join(" "))}</th><td>${what}</td><td>${reason}${small(message)}</td><td>${because}</td></tr>`;
}

function small(text: string): Markup {
  return text === "" ? html`` : html` <small>${text}</small>`;
}

function shapeOf({ state, resource = "", reason, message, because }: Line): Shape {
  // The reason of a paused cluster is its message.
  const more = message === reason ? "" : message;
  return [state, TONES[state], shownText(resource), shownText(reason), shownText(more), shownText(because.join(", "))];
}

function keyOf({ state, resource, reason, message, because }: Line): string {
  return [state, resource, reason, message, ...because].join("\n");
}

function labelsOf({ labels }: Line): readonly string[] {
  return Object.entries(labels).map(([key, value]) => shownText(`${key}=${value}`));
}

/** The data of as many lines as fit into so many bytes. */
export function rowData(lines: readonly Line[], at: string, maxBytes: number): RowData {
  const [shapes, clusters, labels] = [noted<Shape>(), noted<Cluster>(), noted<string>()];
  const rows: number[] = [];
  const atMs = parseTimeMs(at);
  let rowBytes = 0;
  for (const line of lines) {
    const cluster = placeOf(line.cluster, clusters, (): Cluster => {
      const pairs = labelsOf(line).map((label) => placeOf(label, labels, () => label));
      return [shownText(line.cluster), ...pairs];
    });
    const shape = placeOf(keyOf(line), shapes, () => shapeOf(line));
    const row = [shape, cluster, Math.floor((atMs - parseTimeMs(line.since)) / 1_000)];
    rowBytes += row.join().length + 1;
    if (rowBytes + shapes.bytes + clusters.bytes + labels.bytes > maxBytes) break;
    rows.push(...row);
  }
  return { shapes: shapes.values, clusters: clusters.values, labels: labels.values, rows };
}

type Noted<T> = { readonly places: Map<string, number>; readonly values: T[]; bytes: number };

function noted<T>(): Noted<T> {
  return { places: new Map(), values: [], bytes: 0 };
}

/** The place of the value with that key among those that were noted. */
function placeOf<T>(key: string, all: Noted<T>, make: () => T): number {
  const known = all.places.get(key);
  if (known !== undefined) return known;
  const value = make();
  all.places.set(key, all.values.length);
  all.bytes += new TextEncoder().encode(jsonText(value)).length + 1;
  return all.values.push(value) - 1;
}
