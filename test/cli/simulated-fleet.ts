// A fleet as large as those of people on call, of which some clusters are dead, unreadable or alerting.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { alertsBody, anAlert, aResource, type Kind } from "../support/builders.ts";
import { type Simulator, startSimulator } from "../support/simulator.ts";

type LargeFleet = { readonly file: string; readonly folder: string; close(): Promise<void> };

const REGIONS = ["eu-central-1", "us-east-1", "ap-south-1"];
const PIPELINES: readonly (readonly [Kind, string])[] = [
  ["TracePipeline", "checkout"],
  ["TracePipeline", "backend"],
  ["MetricPipeline", "backend"],
  ["LogPipeline", "audit"],
];

/** What is wrong with a cluster, by its number: of a hundred, five are dead, three cannot be read and ten alert. */
function stateOf(index: number): "dead" | "unreadable" | "alerting" | "healthy" {
  const ofHundred = index % 100;
  if (ofHundred < 5) return "dead";
  if (ofHundred < 8) return "unreadable";
  return ofHundred < 18 ? "alerting" : "healthy";
}

/** Starts a fleet of `count` clusters; its file names them `prod-eu-central-1-001` and so on. */
export async function startLargeFleet(count: number): Promise<LargeFleet> {
  const folder = await mkdtemp(join(tmpdir(), "alertstatus-fleet-"));
  await writeFile(join(folder, "token"), "token-of-alertstatus");
  const simulators = await Promise.all(Array.from({ length: count }, (_, index) => startMember(stateOf(index))));
  const silent = await startSilent();
  const clusters = simulators.map((simulator, index) => {
    const region = REGIONS[index % REGIONS.length] ?? "";
    const tier = index % 4 === 0 ? "test" : "prod";
    // Of the dead ones every third answers nothing at all, and the others are not there.
    const server = simulator?.url ?? (index % 3 === 0 ? silent.url : "http://127.0.0.1:1");
    return {
      name: `${tier}-${region}-${String(index + 1).padStart(3, "0")}`,
      labels: { region, tier },
      kubernetes: { server, auth: { token: { file: "token" } } },
    };
  });
  const file = join(folder, "fleet.json");
  await writeFile(file, JSON.stringify({ clusters }, undefined, 1));
  return {
    file,
    folder,
    close: async () => {
      await Promise.all([...simulators.map((simulator) => simulator?.close()), silent.close()]);
      await rm(folder, { recursive: true });
    },
  };
}

async function startMember(state: ReturnType<typeof stateOf>): Promise<Simulator | undefined> {
  if (state === "dead") return undefined;
  const simulator = await startSimulator();
  for (const [kind, name] of PIPELINES) simulator.put(aResource({ kind, name }).object);
  if (state === "alerting")
    simulator.setAlerts(alertsBody({ firing: [anAlert("TraceGatewayAllDataDropped", { pipeline_name: "checkout" })] }));
  if (state === "unreadable") simulator.setAlerts({ status: "error", errorType: "unavailable", error: "TSDB not ready" });
  return simulator;
}

async function startSilent(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const sockets = new Set<{ destroy(): void }>();
  const server: Server = createServer((socket) => void sockets.add(socket.on("error", () => {})));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
