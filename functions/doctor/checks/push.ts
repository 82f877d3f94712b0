import { type Check, failed, ok, skipped } from "./check.ts";

const CHECK = "push";

/** Whether a cluster pushes, by what its sources say of where they push to; undefined where one does not say. */
export function pushCheck(cluster: string, targets: readonly (readonly string[] | undefined)[]): Check {
  const told = targets.filter((list) => list !== undefined).flat();
  const names = told.flatMap((url) => receiverOf(url) ?? []);
  const other = names.find((name) => name !== cluster);
  if (names.includes(cluster)) return ok(CHECK, `its Prometheus pushes to \`receive\` as ${cluster}`);
  if (other !== undefined)
    return failed(
      CHECK,
      `its Prometheus pushes to \`receive\` as ${other}`,
      `\`receiver config --cluster ${cluster}\` prints what belongs there`,
    );
  if (targets.includes(undefined) || targets.length === 0)
    return skipped(CHECK, "not known: no source says where it pushes to; each tick reads it anyway");
  return skipped(
    CHECK,
    "its Prometheus does not push to `receive`: what fires is seen at the next tick",
    `to have it seen at once: receiver config --cluster ${cluster}`,
  );
}

// https://prometheus.io/docs/prometheus/latest/querying/api/#alertmanagers tells of whole URLs.
function receiverOf(url: string): string | undefined {
  return /\/clusters\/([a-z0-9-]{1,63})\/api\/v2\/alerts$/.exec(URL.parse(url)?.pathname ?? "")?.[1];
}
