// The commands `fleet pause` and `fleet resume`: functions leave a cluster alone until a time, with a reason that every reader sees.

import type { Command } from "commander";
import { clock } from "../clock.ts";
import { ConfigError } from "../core/errors.ts";
import { parseFleet } from "../core/fleet/fleet.ts";
import { withoutPause, withPause } from "../core/fleet/pause.ts";
import { selectEntries } from "../core/fleet/selection.ts";
import { timeText } from "../core/time.ts";
import { withPlaceInErrors } from "../io/fleet/source.ts";
import { toText } from "../io/fleet/text.ts";
import { nameOfCaller, readCurrent, replaceFleet, type TargetOptions, targetOf, withTarget } from "./fleet-target.ts";
import { parseDuration } from "./options.ts";
import type { Terminal } from "./terminal.ts";

type Options = TargetOptions & { for: number; why: string; dryRun?: boolean };

const MAX_WHY = 200;
const MAX_BY = 200;

export function declareFleetPause(command: Command, terminal: Terminal): void {
  withTarget(command.argument("<clusters...>", "names, or globs such as 'prod-*'"))
    .requiredOption("--for <duration>", "when it ends by itself, such as 2h", parseDuration)
    .requiredOption("--why <text>", "why, for everybody who sees it")
    .option("--dry-run", "show what would change, but write nothing")
    .action((clusters: readonly string[], options: Options) => pause(terminal, clusters, options));
}

export function declareFleetResume(command: Command, terminal: Terminal): void {
  withTarget(command.argument("<clusters...>", "names, or globs such as 'prod-*'"))
    .option("--dry-run", "show what would change, but write nothing")
    .action((clusters: readonly string[], options: Options) => resume(terminal, clusters, options));
}

async function pause(terminal: Terminal, clusters: readonly string[], options: Options): Promise<void> {
  const { why } = options;
  if (why.length > MAX_WHY) throw new ConfigError(`--why: write at most ${MAX_WHY} characters`);
  const until = timeText(clock.nowMs() + options.for);
  const by = (await nameOfCaller(terminal)).slice(0, MAX_BY);
  await change(terminal, clusters, options, { did: "pause", why: `until ${until}: ${why}` }, (document, names) =>
    withPause(document, names, { until, why, by }),
  );
}

async function resume(terminal: Terminal, clusters: readonly string[], options: TargetOptions & { dryRun?: boolean }): Promise<void> {
  await change(terminal, clusters, options, { did: "resume" }, withoutPause);
}

async function change(
  terminal: Terminal,
  clusters: readonly string[],
  options: TargetOptions & { dryRun?: boolean },
  how: { did: "pause" | "resume"; why?: string },
  changed: (document: unknown, names: ReadonlySet<string>) => object,
): Promise<void> {
  const target = await targetOf(terminal, options);
  await withPlaceInErrors(target.to, async () => {
    const current = await readCurrent(target);
    const entries = [...current.fleet.clusters, ...current.fleet.wrong];
    const names = new Set(selectEntries(entries, { clusters }).map(({ name }) => name));
    const document = changed(current.document, names);
    const fleet = parseFleet(document, target.rules);
    await replaceFleet(terminal, target, current, { text: toText(document), fleet }, { ...how, dryRun: options.dryRun });
  });
}
