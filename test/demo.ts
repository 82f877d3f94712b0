import { setTimeout as sleep } from "node:timers/promises";
import { outcomeTable, problemLines, summaryLine } from "../functions/cli/outcome-output.ts";
import { coloured } from "../functions/cli/output.ts";
import { connector } from "../functions/connect.ts";
import { type ClusterOutcome, summarize } from "../functions/core/outcome.ts";
import { openConnections } from "../functions/io/connections.ts";
import { loadFleet } from "../functions/io/fleet-source.ts";
import { reconcileFleet } from "../functions/reconcile-fleet.ts";
import { realScene } from "./demo/real-scene.ts";
import { BROKEN, DARK, type Scene } from "./demo/scene.ts";
import { simulatedScene } from "./demo/simulated-scene.ts";

const PASSES_AT_MOST = 120;
const PAUSE_MS = 500;

const scene = process.argv.includes("--real") ? await realScene() : await simulatedScene();
process.once("SIGINT", () => void scene.close().then(() => process.exit(130)));
try {
  await play(scene);
} finally {
  await scene.close();
}

async function play(scene: Scene): Promise<void> {
  const connections = openConnections();
  const { fleet, folder } = await loadFleet(scene.fleetFile);
  const pass = () => reconcileFleet(fleet, { connect: connector({ connections, folder }) });
  console.log(`${scene.what}\nThe fleet file: ${scene.fleetFile}`);

  chapter("A fleet, judged for the first time");
  await show(pass, (outcomes) => statuses(outcomes).every((status) => status === "True"));

  chapter("A second pass: nothing is new, so nothing is written");
  const before = await scene.writes();
  print(await pass(), { onlyNews: false });
  console.log(`Writes that reached the API servers: ${(await scene.writes()) - before}`);

  chapter(`The backend of ${BROKEN.pipeline} in ${BROKEN.cluster} stops answering`);
  await scene.breakBackend();
  await show(pass, (outcomes) => statusIn(outcomes, BROKEN.cluster).includes("False"));

  chapter("The backend answers again");
  await scene.healBackend();
  await show(pass, (outcomes) => statusIn(outcomes, BROKEN.cluster).every((status) => status === "True"));

  chapter(`The Prometheus of ${DARK} dies: nobody knows how its pipelines are, and the others go on`);
  await scene.killPrometheus();
  await show(pass, (outcomes) => statusIn(outcomes, DARK).every((status) => status === "Unknown"));

  chapter("It is started again");
  await scene.startPrometheus();
  await show(pass, (outcomes) => statuses(outcomes).every((status) => status === "True"));

  await connections.close();
  console.log(`\n${coloured("bold", "What next")}
  See why a verdict is what it is:      npm run -s cli -- explain --fleet FILE --cluster NAME
  Write a fleet file of your own:       infra/fleet.example.yml
  Judge your clusters, write nothing:   npm run -s cli -- reconcile --fleet FILE --dry-run
  The same against real parts:          npm run parts && npm start -- --real`);
}

function chapter(title: string): void {
  console.log(`\n${coloured("bold", title)}`);
}

// What is expected needs as many passes as Prometheus needs to see it; only the passes with news are printed.
async function show(
  pass: () => Promise<readonly ClusterOutcome[]>,
  isAsExpected: (outcomes: readonly ClusterOutcome[]) => boolean,
): Promise<void> {
  for (let passes = 1; passes <= PASSES_AT_MOST; passes++) {
    const outcomes = await pass();
    print(outcomes, { onlyNews: true });
    if (isAsExpected(outcomes)) return;
    await sleep(PAUSE_MS);
  }
  throw new Error(`the expected state did not come in ${PASSES_AT_MOST} passes`);
}

function print(outcomes: readonly ClusterOutcome[], options: { onlyNews: boolean }): void {
  const rows = outcomeTable(outcomes, options);
  if (rows === undefined) return;
  for (const text of [rows, ...problemLines(outcomes), summaryLine(summarize(outcomes))]) console.log(text);
}

function statusIn(outcomes: readonly ClusterOutcome[], cluster: string): readonly string[] {
  return statuses(outcomes.filter((outcome) => outcome.cluster === cluster));
}

function statuses(outcomes: readonly ClusterOutcome[]): readonly string[] {
  return outcomes.flatMap(({ resources }) =>
    resources.map((resource) => ("condition" in resource ? resource.condition.status : resource.was)),
  );
}
