import pLimit from "p-limit";
import { kubernetesSchema } from "../core/access/kubernetes.ts";
import { serverUrlError } from "../core/access/url.ts";
import { UpstreamError } from "../core/errors.ts";
import type { EksCluster, EksRegion } from "../io/aws/eks.ts";
import type { FoundCluster, Survey } from "./match.ts";

type Watched = { step(): void; stop(): void };
type Wanted = {
  /** The process's own where none is named. */
  readonly regions: readonly string[];
  /** All of them have to be on a cluster. */
  readonly tags: Readonly<Record<string, string>>;
};

const AT_ONCE = 4;
// Many clusters are described one after the other, which AWS slows down.
const ATTEMPTS = 5;

/** The clusters of Amazon EKS in one account. A region or a cluster that may not be looked at is told, and hides no other; `watch` is given their number. */
export async function surveyEks({ regions, tags }: Wanted, watch: (total: number) => Watched): Promise<Survey> {
  const { openEks, ownRegion } = await import("../io/aws/eks.ts");
  const places = regions.length > 0 ? [...new Set(regions)] : [await ownRegion()];
  const opened = places.map((region) => ({ region, place: openEks(region, undefined, ATTEMPTS) }));
  try {
    const lists = await Promise.all(
      opened.map(({ region, place }) => attempt(async () => (await place.names()).map((name) => ({ region, place, name })))),
    );
    const clusters = lists.flatMap((list) => (list instanceof UpstreamError ? [] : list));
    const sightings = await describeAll(clusters, watch(clusters.length));
    const wanted = sightings.flatMap((sighting) => (sighting instanceof UpstreamError || !hasTags(sighting, tags) ? [] : [sighting]));
    return {
      found: wanted.flatMap((sighting) => ("found" in sighting ? [sighting.found] : [])),
      passedOver: wanted.flatMap((sighting) => ("passedOver" in sighting ? [sighting.passedOver] : [])),
      refused: [...lists, ...sightings].filter((answer) => answer instanceof UpstreamError),
    };
  } finally {
    for (const { place } of opened) place.close();
  }
}

/** What Amazon EKS says of one cluster: where it is, or why nobody can work with it now. */
type Sighting = { readonly tags: Readonly<Record<string, string>> } & ({ readonly found: FoundCluster } | { readonly passedOver: string });

type Listed = { readonly region: string; readonly place: EksRegion; readonly name: string };

async function describeAll(clusters: readonly Listed[], watched: Watched): Promise<readonly (Sighting | UpstreamError)[]> {
  const limit = pLimit(AT_ONCE);
  const described = clusters.map(({ region, place, name }) =>
    limit(async () => {
      const sighting = await attempt(async () => sightingOf(await place.describe(name), region));
      watched.step();
      return sighting;
    }),
  );
  const sightings = await Promise.all(described).finally(() => watched.stop());
  // Deleted between the two questions: it is simply not there.
  return sightings.filter((sighting) => !(sighting instanceof UpstreamError && sighting.code === "not-found"));
}

// A cluster that is being updated answers all the while.
const AT_WORK: readonly unknown[] = ["ACTIVE", "UPDATING"];

function sightingOf(cluster: EksCluster, region: string): Sighting {
  const { name, status, server, ca, arn, tags, isPrivate } = cluster;
  const passedOver = (why: string) => ({ tags, passedOver: `${name} in ${region}: ${why}` });
  if (!AT_WORK.includes(status)) return passedOver(`it is ${status ?? "of no known status"}`);
  if (server === undefined) return passedOver("it has no endpoint yet");
  const problem = serverUrlError(server);
  if (problem !== undefined) return passedOver(`its endpoint is not usable: ${problem}`);
  const place = { name, region, server };
  // Without an authority that could be written, a pass looks it up.
  const kubernetes = kubernetesSchema.safeParse({ eks: { ...place, ca } }).data ?? { eks: place };
  const remarks = isPrivate ? ["Its endpoint is private: it answers within its VPC only."] : [];
  return { tags, found: { name, within: region, labels: { region }, server, kubernetes, account: arn?.split(":")[4], remarks } };
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
