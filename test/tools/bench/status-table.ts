// Plays the table of a large fleet for bench/status.ts: what a run would have left of its clusters, in a process of its own.

import type { ResourceOutcome } from "../../../functions/core/outcome/outcome.ts";
import { keepItems, leaveRuns } from "../../cli/seeded-state.ts";
import { largeFleet } from "../../page/large-fleet.ts";
import { memoryStore } from "../../state/memory-store.ts";
import { startStateTable } from "../../support/state-table.ts";

type Size = { readonly clusters: number; readonly conditions: number };

process.once("message", async (size: Size) => {
  const table = await startStateTable();
  keepItems(table, await itemsOf(size));
  process.send?.(table.env.AWS_ENDPOINT_URL_DYNAMODB);
});
process.once("disconnect", () => process.exit());

async function itemsOf({ clusters, conditions }: Size) {
  const store = memoryStore();
  const saw = largeFleet(clusters, conditions).clusters.map(({ cluster, labels, was, code, message, resources }) => ({
    cluster,
    labels,
    was,
    code,
    message,
    resources: resources.flatMap(({ condition, ...resource }): readonly ResourceOutcome[] =>
      condition === undefined ? [] : [{ ...resource, was: "unchanged", condition }],
    ),
  }));
  await leaveRuns(store, Date.now(), [{ minutesAgo: 0, saw }]);
  return store.items.values();
}
