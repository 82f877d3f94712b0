// The recorded readings, asked of the real servers: one test for each server, which is led through all situations.
import { test } from "vitest";
import { readingOf, rows } from "../../core/prometheus/recorded-readings.ts";
import type { Server } from "./servers.ts";
import { outagesOf, situations } from "./situations.ts";

export function answersAsRecorded(servers: readonly Server[]): void {
  test.concurrent.for(servers)("$name answers in each situation as it is recorded", async ({ name, open }, { expect }) => {
    const lab = await open();
    try {
      for (const { name: situation, arrive, isMomentary = false } of [...situations, ...outagesOf(lab)]) {
        const row = rows.find((candidate) => candidate.server === name && candidate.situation === situation);
        const reading = readingOf(await arrive(lab));
        if (!isMomentary) expect(reading, situation).toMatchObject(row?.reads ?? { situation: "has a row" });
      }
    } finally {
      await lab.close();
    }
  });
}
