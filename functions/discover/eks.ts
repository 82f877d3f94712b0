// Finds the clusters of Amazon EKS in one AWS account, region by region.

import pLimit from "p-limit";
import { kubernetesSchema } from "../core/access/kubernetes.ts";
import { serverUrlError } from "../core/access/url.ts";
import { UpstreamError } from "../core/errors.ts";
import type { EksCluster, EksRegion } from "../io/aws/eks.ts";
import type { FoundCluster, Survey } from "./match.ts";

type Progress = { step(): void; stop(): void };
type EksQuery = {
  /** Empty: the region that the process is configured for. */
  readonly regions: readonly string[];
  /** A cluster must carry all of them. */
  readonly tags: Readonly<Record<string, string>>;
};

const CONCURRENCY = 4;
// Each cluster takes a call of its own, and AWS throttles many calls in a row.
const MAX_ATTEMPTS = 5;

/** Surveys all regions. One that denies access is in `refused`, as is such a cluster, and hides no other; `watch` takes the number of clusters. */
export async function surveyEks({ regions, tags }: EksQuery, watch: (total: number) => Progress): Promise<Survey> {
  const { openEks, ownRegion } = await import("../io/aws/eks.ts");
  const regionNames = regions.length > 0 ? [...new Set(regions)] : [await ownRegion()];
  const clients = regionNames.map((region) => ({ region, eks: openEks(region, undefined, MAX_ATTEMPTS) }));
  try {
    const lists = await Promise.all(
      clients.map(({ region, eks }) => attempt(async () => (await eks.names()).map((name) => ({ region, eks, name })))),
    );
    const clusters = lists.flatMap((list) => (list instanceof UpstreamError ? [] : list));
    const descriptions = await describeAll(clusters, watch(clusters.length));
    const matches = descriptions.flatMap((each) => (each instanceof UpstreamError || !hasTags(each, tags) ? [] : [each]));
    return {
      found: matches.flatMap((each) => ("found" in each ? [each.found] : [])),
      skipped: matches.flatMap((each) => ("skipped" in each ? [each.skipped] : [])),
      refused: [...lists, ...descriptions].filter((answer) => answer instanceof UpstreamError),
      passedOver: [],
      isRead: lists.some((list) => !(list instanceof UpstreamError)),
    };
  } finally {
    for (const { eks } of clients) eks.close();
  }
}

/** One cluster as EKS describes it: where it is, or why it is of no use now. */
type Description = { readonly tags: Readonly<Record<string, string>> } & ({ readonly found: FoundCluster } | { readonly skipped: string });

type ClusterName = { readonly region: string; readonly eks: EksRegion; readonly name: string };

async function describeAll(clusters: readonly ClusterName[], progress: Progress): Promise<readonly (Description | UpstreamError)[]> {
  const limit = pLimit(CONCURRENCY);
  const calls = clusters.map(({ region, eks, name }) =>
    limit(async () => {
      const description = await attempt(async () => toDescription(await eks.describe(name), region));
      progress.step();
      return description;
    }),
  );
  const descriptions = await Promise.all(calls).finally(() => progress.stop());
  // A cluster that is deleted between the list and its description is not reported at all.
  return descriptions.filter((each) => !(each instanceof UpstreamError && each.code === "not-found"));
}

// The API server of a cluster serves requests while EKS updates it.
const USABLE_STATUSES: readonly unknown[] = ["ACTIVE", "UPDATING"];

function toDescription(cluster: EksCluster, region: string): Description {
  const { name, status, server, ca, arn, tags, isPrivate } = cluster;
  const skip = (why: string) => ({ tags, skipped: `${name} in ${region}: ${why}` });
  if (!USABLE_STATUSES.includes(status)) return skip(`it is ${status ?? "of unknown status"}`);
  if (server === undefined) return skip("it has no endpoint yet");
  const problem = serverUrlError(server);
  if (problem !== undefined) return skip(`its endpoint is not usable: ${problem}`);
  const place = { name, region, server };
  // A reconcile looks up the CA that is missing or malformed here.
  const kubernetes = kubernetesSchema.safeParse({ eks: { ...place, ca } }).data ?? { eks: place };
  const remarks = isPrivate ? ["Its endpoint is private: it can be reached from within its VPC only."] : [];
  return { tags, found: { name, within: region, labels: { region }, server, kubernetes, account: arn?.split(":")[4], remarks } };
}

async function attempt<T>(call: () => Promise<T>): Promise<T | UpstreamError> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof UpstreamError) return error;
    throw error;
  }
}

function hasTags(description: Description, tags: Readonly<Record<string, string>>): boolean {
  return Object.entries(tags).every(([key, value]) => description.tags[key] === value);
}
