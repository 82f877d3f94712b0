import { fork } from "node:child_process";
import { join } from "node:path";
import type { Started } from "./server.ts";

export type ApiServer = {
  url: string;
  /** A host of its own for each cluster, and so connections of its own, although one server plays them all. */
  urls: (clusters: number) => readonly string[];
  ca: string;
  token: string;
  stop: () => void;
};

/** A server process that plays the API server of every cluster. */
export async function startApiServer(): Promise<ApiServer> {
  const child = fork(join(import.meta.dirname, "server.ts"));
  const fail = (code: number | null, signal: string | null) => {
    throw new Error(`the server of the benchmark ended too early: ${code ?? signal}`);
  };
  child.once("exit", fail);
  const { port, ca } = await new Promise<Started>((resolve) => child.once("message", resolve));
  return {
    url: `https://127.0.0.1:${port}`,
    urls: (clusters) => Array.from({ length: clusters }, (_, index) => `https://cluster-${index}.bench.test:${port}`),
    ca,
    token: "bench-token",
    stop: () => child.off("exit", fail).disconnect(),
  };
}
