// Tells from what servers stored whether a busy machine kept them from scraping or evaluating: then what a trial saw says nothing of the judge.

type Access = { readonly url: string; readonly headers?: Readonly<Record<string, string>> };
/** A server, or what answers queries for the samples that it evaluates. */
type Server = Access & { readonly samples?: Access };

type Series = { readonly metric: { readonly __name__: string }; readonly values: readonly (readonly [atSeconds: number, value: string])[] };

/** How far apart scrapes and evaluations may be, in seconds. */
type Pace = { readonly scrapesS: number; readonly evaluationsS: number };

const RAW = '{__name__=~"up|scrape_duration_seconds|ALERTS"}';
// Of a scrape that has one second.
const TIMED_OUT_S = 0.9;

const MAX_PLAYS = 4;

/** Plays until what is seen counts, a few times at the most; `counts` may ask whether servers kept pace since a play began. */
export async function playUntil<T>(play: () => Promise<T>, counts: (seen: T, sinceMs: number) => boolean | Promise<boolean>): Promise<T> {
  for (let played = 1; ; played++) {
    const sinceMs = Date.now();
    const seen = await play();
    if (played === MAX_PLAYS || (await counts(seen, sinceMs))) return seen;
  }
}

/** Whether each of these that answers has scraped and evaluated in time since then, in milliseconds since the epoch. */
export async function keptPace(servers: readonly Server[], sinceMs: number, pace: Pace): Promise<boolean> {
  const all = await Promise.all(servers.map((server) => samplesOf(server, sinceMs / 1_000)));
  return all.every((series) => !hasGap(series, pace));
}

async function samplesOf({ url, headers, samples = { url, headers } }: Server, since: number): Promise<readonly Series[]> {
  const query = `${RAW}[${Math.ceil(Date.now() / 1_000 - since) + 1}s]`;
  try {
    const response = await fetch(`${samples.url}/api/v1/query?query=${encodeURIComponent(query)}`, { headers: samples.headers });
    const found: readonly Series[] = response.ok ? JSON.parse(await response.text()).data.result : [];
    return found.map(({ metric, values }) => ({ metric, values: values.filter(([at]) => at >= since) }));
  } catch {
    // One that was ended, as many situations ask for.
    return [];
  }
}

function hasGap(series: readonly Series[], { scrapesS, evaluationsS }: Pace): boolean {
  const named = (name: string) => series.filter(({ metric }) => metric.__name__ === name).map(({ values }) => values);
  // Alerts come and go: an evaluation is seen where there is any.
  const evaluated = named("ALERTS")
    .flat()
    .toSorted(([a], [b]) => a - b);
  return (
    named("up").some((values) => longestGap(values) > scrapesS) ||
    longestGap(evaluated) > evaluationsS ||
    named("scrape_duration_seconds").some((values) => values.some(([, took]) => Number(took) > TIMED_OUT_S))
  );
}

function longestGap(values: Series["values"]): number {
  return Math.max(0, ...values.slice(1).map(([at], index) => at - values[index]![0]));
}
