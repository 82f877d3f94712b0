// Simulates the clusters of the demo.

import { alertsBody, anAlert } from "../../support/builders.ts";
import { type Simulator, startSimulator } from "../../support/simulator.ts";
import { writeFleet } from "./fleet-file.ts";
import { BROKEN, CLUSTERS, DARK, PIPELINES, type Scene } from "./scene.ts";

/** Three API servers and their Prometheus, simulated on loopback: as far as HTTP goes, they are real. */
export async function simulatedScene(): Promise<Scene> {
  const simulators = new Map<string, Simulator>();
  for (const cluster of CLUSTERS) {
    const simulator = await startSimulator();
    for (const pipeline of PIPELINES) simulator.put(pipeline);
    simulators.set(cluster, simulator);
  }
  const among = (cluster: string) => {
    const simulator = simulators.get(cluster);
    if (simulator === undefined) throw new Error(`there is no cluster ${cluster}`);
    return simulator;
  };
  const lost = anAlert("TraceGatewayAllDataDropped", { pipeline_name: BROKEN.pipeline });
  const members = CLUSTERS.map((name) => ({ name, server: among(name).url, token: among(name).token }));
  const { fleetFile, remove } = await writeFleet(members);
  return {
    what: "Three simulated clusters on loopback: each an API server, and a Prometheus behind its service proxy.",
    fleetFile,
    members,
    breakBackend: async () => among(BROKEN.cluster).setAlerts(alertsBody({ firing: [lost] })),
    healBackend: async () => among(BROKEN.cluster).setAlerts(alertsBody()),
    killPrometheus: async () => among(DARK).setAlerts(undefined),
    async startPrometheus() {
      among(DARK).setAlerts(alertsBody());
      among(DARK).setEvidence({ startedMsAgo: 5_000 });
    },
    letItWatch: async () => among(DARK).setEvidence({}),
    writes: async () => [...simulators.values()].flatMap(({ requests }) => requests.filter(({ method }) => method === "PATCH")).length,
    async close() {
      await Promise.all([...simulators.values()].map((simulator) => simulator.close()));
      await remove();
    },
  };
}
