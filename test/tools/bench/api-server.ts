// Starts the server process that plays all API servers of the benchmark.

import { startChild } from "./child.ts";
import type { Started } from "./server.ts";

export type ApiServer = {
  url: string;
  /** A host of its own for each cluster, and so connections of its own, although one server plays them all. */
  urls: (clusters: number) => readonly string[];
  ca: string;
  token: string;
};

// As long as that of a service account, and like it a JWT: https://www.rfc-editor.org/rfc/rfc7519#section-3.1
const CLAIMS = { exp: 4_102_444_800, sub: `system:serviceaccount:alertstatus:${"j".repeat(300)}` };
const TOKEN = [...[{ alg: "RS256" }, CLAIMS].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")), "J".repeat(342)].join(
  ".",
);

/** A server process that plays the API server of every cluster; other processes reach it by `started`. */
export async function startApiServer(): Promise<ApiServer & { started: Started; stop: () => void }> {
  const { answer, stop } = startChild<Started>("server.ts");
  const started = await answer();
  return { ...apiServerAt(started), started, stop };
}

export function apiServerAt({ port, ca }: Started): ApiServer {
  return {
    url: `https://127.0.0.1:${port}`,
    urls: (clusters) => Array.from({ length: clusters }, (_, index) => `https://cluster-${index}.bench.test:${port}`),
    ca,
    token: TOKEN,
  };
}
