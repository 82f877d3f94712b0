// Holds the limits that pages name to the constants that set them.

import { expect, test } from "vitest";
import { read } from "../house.ts";

type Figure = { readonly page: string; readonly says: string; readonly file: string; readonly code: string };

const figures: readonly Figure[] = [
  { page: "README.md", says: "at most 50,000 resources of a kind", file: "io/kubernetes/resources.ts", code: "MAX_ITEMS = 50_000;" },
  { page: "README.md", says: "8 MiB of each answer", file: "io/http/body-budget.ts", code: "eachBytes = 8 * 2 ** 20" },
  { page: "README.md", says: "off by at most two minutes", file: "core/verdict/proof.ts", code: 'MAX_SKEW_MS = parseDurationMs("2m");' },
  {
    page: "functions/README.md",
    says: "below ten minutes",
    file: "core/verdict/proof.ts",
    code: 'SURVIVING_WAIT_MS = parseDurationMs("10m");',
  },
  { page: "infra/README.md", says: "in up to a hundred pieces", file: "core/fleet/plan-shards.ts", code: "MAX_SUSPECTS = 100;" },
  { page: "infra/README.md", says: "the 300 worst are kept", file: "state/cluster-state.ts", code: "MAX_KEPT = 300;" },
  { page: "infra/README.md", says: "what changed in 90 days", file: "state/rows.ts", code: "HISTORY_MS = 90 * 86_400_000;" },
  { page: "infra/README.md", says: "an eighth of that for its history", file: "state/rows.ts", code: "MAX_WAITING = 8;" },
  { page: "infra/README.md", says: "a process publishes a hundred a minute", file: "core/limits.ts", code: "MAX_TRANSITIONS = 100;" },
  { page: "infra/README.md", says: "32 MiB of conditions a minute", file: "core/limits.ts", code: "MAX_SENT_BYTES = 32 * 2 ** 20;" },
  { page: "infra/README.md", says: "500 patches of 64 KB", file: "core/limits.ts", code: "MAX_PATCHES = 500;" },
  { page: "infra/README.md", says: "over 1 MiB", file: "receive/http.ts", code: "MAX_BODY_BYTES = 1_048_576;" },
  { page: "infra/README.md", says: "or 4,096 alerts", file: "receive/alerts.ts", code: "MAX_ALERTS = 4_096;" },
  { page: "infra/README.md", says: "60 at once, then one a second", file: "receive/dedup.ts", code: "MAX_TOKENS = 60;" },
  { page: "infra/README.md", says: "or after 15 minutes", file: "receive/token.ts", code: "LAST_GOOD_MS = 15 * 60_000;" },
  { page: "infra/cluster/README.md", says: "four hours at most", file: "io/auth/logins.ts", code: "STORED_MS = 240 * MINUTE_MS;" },
  { page: "infra/cluster/README.md", says: "`file`: 30 seconds", file: "io/auth/logins.ts", code: "LOCAL_MS = 30_000;" },
  { page: "infra/cluster/README.md", says: "for fifteen minutes at most", file: "io/fleet/source.ts", code: "MAX_STALE_MS = 15 * 60_000;" },
  {
    page: "infra/cluster/README.md",
    says: "younger than five minutes",
    file: "core/verdict/ownership.ts",
    code: 'TRUCE_MS = parseDurationMs("5m");',
  },
  { page: "infra/profiles/README.md", says: "at most 20 rules", file: "rules/render.ts", code: "MAX_RULES = 20;" },
];

test.each(figures)("$page says `$says` as functions/$file does", ({ page, says, file, code }) => {
  expect(read(page).replaceAll(/\s+/g, " ")).toContain(says);
  expect(read(`functions/${file}`)).toContain(code);
});
