// Deploys the stack into a local cloud and shows it at work, for `npm run local`.

import { setTimeout as sleep } from "node:timers/promises";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { textFor } from "../../functions/cli/terminal.ts";
import { type BusListener, listenToBus } from "../support/bus-listener.ts";
import { functionLog } from "../support/function-log.ts";
import { type LocalCloud, startLocalCloud } from "../support/local-cloud.ts";
import { deployStack, type LocalStack } from "../support/local-stack.ts";
import { publishFleet } from "../support/stack-fleet.ts";
import { realScene } from "./demo/real-scene.ts";
import type { Scene } from "./demo/scene.ts";
import { simulatedScene } from "./demo/simulated-scene.ts";
import { readFlags } from "./flags.ts";
import { addChange, type Board, type Changed, openBoard, render, setRuns } from "./local/board.ts";
import { openFront } from "./local/front.ts";
import { parseRun } from "./local/run.ts";
import { openScreen } from "./local/screen.ts";
import { exportLine } from "./local/second-terminal.ts";
import { storyOf } from "./local/story.ts";
import { install, locate, part } from "./parts/parts.ts";
import { missingOf, needsOf } from "./parts/tools.ts";

const LOOK_EVERY_MS = 500;
const STORY_MINUTES = 6;

const flags = readFlags("npm run local", {
  once: "end when the story is over",
  stay: "tell no story: leave the cloud up, and print the line that lets a second terminal use it",
  simulated: "simulate the clusters, though the real parts are there",
});
const ministack = part("ministack");
const missing = missingOf([...(locate(ministack) === undefined ? ministack.needs : []), ...(ministack.runsWith ?? [])]);
for (const tool of missing) console.error(`MISSING: ${needsOf(tool)}. Without it there is no local cloud.`);
if (missing.size > 0) process.exit(1);

const closers: (() => Promise<unknown>)[] = [];
const stopping = new AbortController();
// Each as often as it comes: npm passes on what the terminal has sent already, and a second one must not cut the cleaning short.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => stopping.abort());
try {
  await play(stopping.signal);
} catch (error) {
  if (!stopping.signal.aborted) throw error;
  process.exitCode = 130;
} finally {
  console.log("\nCleaning up…");
  for (const close of closers.reverse()) await close();
}

/** Deploys the stack into a cloud of this machine and shows what it does, until it is stopped; with `--once`, until the story is over. */
async function play(signal: AbortSignal): Promise<void> {
  if (locate(ministack) === undefined) {
    console.log(`The local cloud is installed first, once: about ${ministack.minutes} min`);
    install(ministack);
  }
  const scene = await aScene();
  closers.push(scene.close);
  signal.throwIfAborted();
  const cloud = await startLocalCloud();
  // All that is deployed ends with it.
  closers.push(cloud.stop);
  console.log(`A cloud of this machine: ${cloud.url}. Building and deploying the stack into it…`);
  console.log(
    flags.stay
      ? "It stays until Ctrl-C."
      : `The story takes about ${STORY_MINUTES} minutes${flags.once ? "" : ", and what follows lasts until Ctrl-C"}.`,
  );
  const stack = await deployStack(cloud, { stage: "local" });
  if (flags.stay) return stay(scene, { cloud, stack, signal });
  const listener = await listenToBus(cloud, stack.outputs.BusName, "Condition Changed");
  const board = openBoard(`${stack.name} in ${cloud.url}. ${scene.what}`, Date.now());
  const look = watch(board, { cloud, stack, listener, signal });
  const members = await Promise.all(scene.members.map(inFront));
  for (const { title, begin, meanwhile, isOver } of storyOf(scene, hands(members, cloud, stack))) {
    board.chapter = title;
    await begin();
    while (!isOver(board)) {
      await look();
      await meanwhile?.();
    }
  }
  board.chapter = "That is all that was planned. The scheduler goes on; Ctrl-C removes everything";
  await look();
  while (!flags.once) await look();
}

// The fleet is pushed, and then nothing happens but what other terminals do.
async function stay(scene: Scene, { cloud, stack, signal }: Pick<Watched, "cloud" | "stack" | "signal">): Promise<void> {
  const members = await Promise.all(scene.members.map(inFront));
  await publishFleet(cloud, stack, members);
  console.log(`${stack.name} is deployed, with ${members.length} clusters. Its outputs:`);
  for (const [name, value] of Object.entries(stack.outputs)) console.log(`  ${name.padEnd(20)} ${value}`);
  console.log(`\nIn a second terminal, in this folder:\n\n  ${exportLine(cloud)}\n`);
  console.log(`  npm run -s cli -- reconcile --fleet ${stack.outputs.FleetUri} --trust-fleet --dry-run`);
  console.log("  npm run deploy -- --param local=true --stage mine\n\nCtrl-C removes everything.");
  while (!signal.aborted) await sleep(LOOK_EVERY_MS, undefined, { signal });
}

async function aScene(): Promise<Scene> {
  const isThere = [part("kubernetes"), part("prometheus")].every((one) => locate(one) !== undefined);
  return isThere && !flags.simulated ? realScene() : simulatedScene();
}

// The fleet lies in a bucket, so nothing that it names is on the loopback interface.
async function inFront({ alertsUrl, ...member }: Scene["members"][number]) {
  const server = await openFront(member.server, member.ca);
  closers.push(server.close);
  if (alertsUrl === undefined) return { ...member, server: server.url, ca: server.ca };
  const alerts = await openFront(alertsUrl);
  closers.push(alerts.close);
  return { ...member, server: server.url, ca: server.ca, alertsUrl: alerts.url, alertsCa: alerts.ca };
}

function hands(members: readonly Awaited<ReturnType<typeof inFront>>[], cloud: LocalCloud, stack: LocalStack) {
  const events = new EventBridgeClient(cloud.settings);
  return {
    async publish(count: number) {
      await publishFleet(cloud, stack, members.slice(0, count));
    },
    async ask(cluster: string) {
      const Detail = JSON.stringify({ clusters: [cluster], cause: "manual", at: new Date().toISOString() });
      const entry = { EventBusName: stack.outputs.BusName, Source: "user", DetailType: "Reconcile Requested", Detail };
      await events.send(new PutEventsCommand({ Entries: [entry] }));
    },
  };
}

type Watched = { cloud: LocalCloud; stack: LocalStack; listener: BusListener; signal: AbortSignal };

/** One look: what the bus and the functions' logs have told since the last one, shown. */
function watch(board: Board, { cloud, stack, listener, signal }: Watched): () => Promise<void> {
  const show = openScreen(process.stdout);
  let chapter = "";
  return async () => {
    const changes = await listener.received();
    for (const { detail } of changes) addChange(board, detail as Changed);
    const lines = await Promise.all(["dispatch", "reconcile"].map((name) => functionLog(cloud, `${stack.name}-${name}`)));
    const runs = lines
      .flat()
      .map(parseRun)
      .filter((run) => run !== undefined);
    const isNews = changes.length > 0 || runs.length > board.runs.length || chapter !== board.chapter;
    setRuns(board, runs);
    chapter = board.chapter;
    show(textFor(process.stdout, process.env, render(board, Date.now())), isNews);
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  };
}
