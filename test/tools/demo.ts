// Runs the demo of `npm start`: clusters, an outage, and the passes over them.

import { setTimeout as sleep } from "node:timers/promises";
// What it sets for the whole process holds here as it does in every entry.
import "../../functions/config.ts";
import { attentionLines } from "../../functions/cli/attention-output.ts";
import { outcomeTable, summaryLine } from "../../functions/cli/outcome-output.ts";
import { colored } from "../../functions/cli/output.ts";
import { tableText } from "../../functions/cli/table.ts";
import { printResult } from "../../functions/cli/terminal.ts";
import { connector } from "../../functions/cluster/connect.ts";
import { type ClusterOutcome, judgedCondition, type ResourceOutcome, summarize } from "../../functions/core/outcome/outcome.ts";
import { loadFleet } from "../../functions/io/fleet/source.ts";
import { openConnections } from "../../functions/io/http/connections.ts";
import { reconcileFleet } from "../../functions/reconcile/fleet.ts";
import { openFleetPage } from "./demo/fleet-page.ts";
import { realScene } from "./demo/real-scene.ts";
import { BROKEN, DARK, type Scene } from "./demo/scene.ts";
import { simulatedScene } from "./demo/simulated-scene.ts";
import { readFlags } from "./flags.ts";

const PASSES_AT_MOST = 120;
const PAUSE_MS = 500;

const flags = readFlags("npm start", {
  real: "with the real Prometheus and the real API server (npm run parts builds them)",
  stay: "leave the clusters up at the end, until Ctrl-C",
});
const scene = flags.real ? await realScene() : await simulatedScene();
const stopping = new AbortController();
stopping.signal.addEventListener("abort", () => void scene.close().then(() => process.exit(130)));
// npm passes on what the terminal has sent already: a second one must not cut the closing short.
process.on("SIGINT", () => stopping.abort());
try {
  await play(scene);
  if (flags.stay) await stay(scene);
} finally {
  await scene.close();
}

async function stay({ fleetFile }: Scene): Promise<void> {
  tell(`\nThe clusters stay until Ctrl-C. In a second terminal, in this folder:\n  npm run -s cli -- status --fleet ${fleetFile} -w`);
  while (!stopping.signal.aborted) await sleep(PAUSE_MS);
}

async function play(scene: Scene): Promise<void> {
  const connections = openConnections();
  const { fleet, folder } = await loadFleet(scene.fleetFile);
  const page = openFleetPage();
  const pass = async () => {
    const outcomes = await reconcileFleet(fleet, { connect: connector({ connections, folder }) });
    page.see(outcomes);
    return outcomes;
  };
  console.log(`${scene.what}\nThe fleet file: ${scene.fleetFile}`);

  chapter("A fleet, judged for the first time: healthy is what is proven to be");
  await show(pass, (outcomes) => areAll(statuses(outcomes), "True"));

  chapter("A second pass: nothing is new, so nothing is written");
  const before = await scene.writes();
  print(await pass(), { onlyNews: false });
  console.log(`Writes that reached the API servers: ${(await scene.writes()) - before}`);

  chapter(`The backend of ${BROKEN.pipeline} in ${BROKEN.cluster} stops answering`);
  await scene.breakBackend();
  await show(pass, (outcomes) => statusIn(outcomes, BROKEN.cluster).includes("False"));

  chapter("The backend answers again");
  await scene.healBackend();
  await show(pass, (outcomes) => areAll(statusIn(outcomes, BROKEN.cluster), "True"));

  chapter(`The Prometheus of ${DARK} dies: its pipelines become Unknown, and the others go on`);
  await scene.killPrometheus();
  await show(pass, (outcomes) => areAll(statusIn(outcomes, DARK), "Unknown"));

  chapter("It is started again, and no alert fires. But it is too young to tell: what stands is left as it is");
  await scene.startPrometheus();
  const young = await passUntil(pass, (outcomes) =>
    outcomes.every(({ cluster, resources }) => cluster !== DARK || resources.every(isYoung)),
  );
  print(
    young.filter(({ cluster }) => cluster === DARK),
    { onlyNews: false },
  );

  chapter("Once it has watched for long enough, no alert means healthy again");
  await scene.letItWatch();
  await show(pass, (outcomes) => areAll(statuses(outcomes), "True"));

  await connections.close();
  tell(`\nThe fleet as a page, for any browser: ${page.write()}`);
  tell(`\n${colored("bold", "What next")}
  Leave the clusters up, to look around:   npm start -- --stay
  The same against real parts:             npm run parts && npm start -- --real
  A fleet file with your own clusters:     npm run -s cli -- init > fleet.yml
  Judge them, and write nothing:           npm run -s cli -- reconcile --fleet fleet.yml --dry-run`);
}

function chapter(title: string): void {
  tell(`\n${colored("bold", title)}`);
}

function isYoung(resource: ResourceOutcome): boolean {
  return resource.was === "unchanged" && resource.because.some((why) => why.startsWith("young: "));
}

type RunPass = () => Promise<readonly ClusterOutcome[]>;
type Expectation = (outcomes: readonly ClusterOutcome[]) => boolean;

// Only the passes with news are printed.
async function show(pass: RunPass, isAsExpected: Expectation): Promise<void> {
  await passUntil(pass, (outcomes) => {
    print(outcomes, { onlyNews: true });
    return isAsExpected(outcomes);
  });
}

// What is expected needs as many passes as Prometheus needs to see it.
async function passUntil(pass: RunPass, isAsExpected: Expectation): Promise<readonly ClusterOutcome[]> {
  for (let passes = 1; passes <= PASSES_AT_MOST; passes++) {
    const outcomes = await pass();
    if (isAsExpected(outcomes)) return outcomes;
    await sleep(PAUSE_MS);
  }
  throw new Error(`the expected state did not come in ${PASSES_AT_MOST} passes`);
}

function print(outcomes: readonly ClusterOutcome[], options: { onlyNews: boolean }): void {
  const table = outcomeTable(outcomes, options);
  if (table.rows.length === 0) return;
  const width = process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
  for (const text of [tableText(table, width), ...attentionLines(outcomes, width), summaryLine(summarize(outcomes), width)]) tell(text);
}

function tell(text: string): void {
  printResult(process, text);
}

function statusIn(outcomes: readonly ClusterOutcome[], cluster: string): readonly string[] {
  return statuses(outcomes.filter((outcome) => outcome.cluster === cluster));
}

// Where nothing is shown, nothing is as expected.
function areAll(statuses: readonly string[], status: string): boolean {
  return statuses.length > 0 && statuses.every((one) => one === status);
}

function statuses(outcomes: readonly ClusterOutcome[]): readonly string[] {
  return outcomes.flatMap(({ resources }) => resources.map((resource) => judgedCondition(resource)?.status ?? resource.was));
}
