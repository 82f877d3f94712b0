// Judges whether a cluster pushes, from the Alertmanagers that its Prometheus lists.

import { type Check, failed, ok, skipped } from "./check.ts";

const CHECK = "push";

/** @param targets the URLs that each source pushes to; undefined for a source that does not list them */
export function pushCheck(cluster: string, targets: readonly (readonly string[] | undefined)[]): Check {
  const urls = targets.filter((list) => list !== undefined).flat();
  const names = urls.flatMap((url) => clusterIn(url) ?? []);
  const other = names.find((name) => name !== cluster);
  if (names.includes(cluster)) return ok(CHECK, `its Prometheus pushes to \`receive\` as ${cluster}`);
  if (other !== undefined)
    return failed(
      CHECK,
      `its Prometheus pushes to \`receive\` as ${other}`,
      `configure it with the output of \`receiver config --cluster ${cluster}\``,
    );
  if (targets.includes(undefined) || targets.length === 0)
    return skipped(CHECK, "unknown: no source lists where it pushes to; each tick reads it anyway");
  return skipped(
    CHECK,
    "its Prometheus does not push to `receive`: the next tick sees a firing alert",
    `for an immediate reaction: \`receiver config --cluster ${cluster}\``,
  );
}

// https://prometheus.io/docs/prometheus/latest/querying/api/#alertmanagers lists whole URLs.
function clusterIn(url: string): string | undefined {
  return /\/clusters\/([a-z0-9-]{1,63})\/api\/v2\/alerts$/.exec(URL.parse(url)?.pathname ?? "")?.[1];
}
