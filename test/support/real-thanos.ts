// A real Thanos: a sidecar beside a Prometheus, the Query in front of it, and a Ruler of its own.

import { part } from "../tools/parts/parts.ts";
import { ownPort } from "./own-port.ts";
import type { RealPrometheus } from "./real-prometheus.ts";
import { type RealServer, reloadRules, startServer } from "./real-server.ts";

/** A component that others ask by gRPC. */
export type RealThanos = RealServer & { readonly grpc: string };

/** The sidecar of a Prometheus, which must have external labels. */
export function startThanosSidecar(prometheus: RealPrometheus): Promise<RealThanos> {
  return startThanos("sidecar", () => [`--prometheus.url=${prometheus.url}`, `--tsdb.path=${prometheus.folder}/data`]);
}

/** A Query that merges what these say. */
export function startThanosQuery(endpoints: readonly Pick<RealThanos, "grpc">[]): Promise<RealThanos> {
  return startThanos("query", () => endpoints.map(({ grpc }) => `--endpoint=${grpc}`));
}

type Ruler = {
  readonly rules: object;
  /** What its rules are evaluated on: the URL of a Query or a Prometheus. */
  readonly store: string;
  readonly evaluateMs?: number;
  /** Where it pushes to: the content of the file of `--alertmanagers.config`. */
  readonly alertmanagers?: object;
};

/** A Ruler, whose alerts carry the label `replica` towards an Alertmanager. */
export async function startThanosRule({ rules, store, evaluateMs = 2_000, alertmanagers }: Ruler): Promise<RealThanos & Reloadable> {
  const flags = (folder: string) => [
    `--data-dir=${folder}/data`,
    `--rule-file=${folder}/rules.yml`,
    `--query=${store}`,
    `--eval-interval=${evaluateMs}ms`,
    '--label=replica="1"',
    "--resend-delay=1s",
    ...(alertmanagers === undefined ? [] : [`--alertmanagers.config=${JSON.stringify(alertmanagers)}`]),
  ];
  const server = await startThanos("rule", flags, { "rules.yml": rules });
  return {
    ...server,
    async reload(changed) {
      await server.write("rules.yml", changed);
      await reloadRules(server.url);
    },
  };
}

type Reloadable = {
  /** From now on these are its rules. */
  reload(rules: object): Promise<void>;
};

async function startThanos(
  component: string,
  flags: (folder: string) => readonly string[],
  files: Readonly<Record<string, object>> = {},
): Promise<RealThanos> {
  const grpc = `127.0.0.1:${await ownPort()}`;
  const grace = ["--http-grace-period=1s", "--grpc-grace-period=1s"];
  const server = await startServer({
    part: part("thanos"),
    binary: "thanos",
    flags: (folder, listen) => [component, `--http-address=${listen}`, `--grpc-address=${grpc}`, ...grace, ...flags(folder)],
    files,
    readyPath: "/-/ready",
  });
  return { ...server, grpc };
}
