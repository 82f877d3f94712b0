import pLimit from "p-limit";
import { UpstreamError } from "../core/errors.ts";
import type { EksRegion, Sighting } from "../io/aws/eks-discovery.ts";
import type { Survey } from "./match.ts";

type Watched = { step(): void; stop(): void };
type Wanted = {
  /** The process's own where none is named. */
  readonly regions: readonly string[];
  /** All of them have to be on a cluster. */
  readonly tags: Readonly<Record<string, string>>;
};

const AT_ONCE = 4;

/** The clusters of Amazon EKS in one account. A region or a cluster that may not be looked at is told, and hides no other; `watch` is given their number. */
export async function surveyEks({ regions, tags }: Wanted, watch: (total: number) => Watched): Promise<Survey> {
  const { openEks, ownRegion } = await import("../io/aws/eks-discovery.ts");
  const places = regions.length > 0 ? [...new Set(regions)] : [await ownRegion()];
  const opened = places.map(openEks);
  try {
    const lists = await Promise.all(opened.map((place) => attempt(async () => (await place.names()).map((name) => ({ place, name })))));
    const clusters = lists.flatMap((list) => (list instanceof UpstreamError ? [] : list));
    const sightings = await describeAll(clusters, watch(clusters.length));
    const wanted = sightings.flatMap((sighting) => (sighting instanceof UpstreamError || !hasTags(sighting, tags) ? [] : [sighting]));
    return {
      found: wanted.flatMap((sighting) => ("found" in sighting ? [sighting.found] : [])),
      passedOver: wanted.flatMap((sighting) => ("passedOver" in sighting ? [sighting.passedOver] : [])),
      refused: [...lists, ...sightings].filter((answer) => answer instanceof UpstreamError),
    };
  } finally {
    for (const place of opened) place.close();
  }
}

type Listed = { readonly place: EksRegion; readonly name: string };

async function describeAll(clusters: readonly Listed[], watched: Watched): Promise<readonly (Sighting | UpstreamError)[]> {
  const limit = pLimit(AT_ONCE);
  const described = clusters.map(({ place, name }) =>
    limit(async () => {
      const sighting = await attempt(() => place.describe(name));
      watched.step();
      return sighting;
    }),
  );
  const sightings = await Promise.all(described).finally(() => watched.stop());
  // Deleted between the two questions: it is simply not there.
  return sightings.filter((sighting) => !(sighting instanceof UpstreamError && sighting.code === "not-found"));
}

async function attempt<T>(ask: () => Promise<T>): Promise<T | UpstreamError> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof UpstreamError) return error;
    throw error;
  }
}

function hasTags(sighting: Sighting, tags: Readonly<Record<string, string>>): boolean {
  return Object.entries(tags).every(([key, value]) => sighting.tags[key] === value);
}
