// Decides by method and path what a request asks for, and of which cluster.

import { isClusterName } from "../core/names.ts";

/** What a request asks for; `refused` is an HTTP status, `allow` the methods that the path supports. */
export type PushRoute =
  | { readonly to: "healthy" }
  | { readonly to: "ready" | "alerts" | "webhook"; readonly cluster: string }
  | { readonly refused: 404 }
  | { readonly refused: 405; readonly allow: string };

type Target = Exclude<PushRoute, { refused: number }>["to"];

const TARGETS: ReadonlyMap<string, Target> = new Map([
  ["api/v2/alerts", "alerts"],
  ["webhook", "webhook"],
  ["-/ready", "ready"],
  ["-/healthy", "healthy"],
]);
const PUSH_METHODS = ["POST"];
const PROBE_METHODS = ["GET", "HEAD"];

/** Matches the path as written: nothing is decoded, and dot segments are not resolved. */
export function routePush(method: string, path: string): PushRoute {
  const [, cluster = "", rest = ""] = /^\/clusters\/([^/]{1,63})\/([-a-z0-9/]{1,20})$/.exec(path) ?? [];
  const to = TARGETS.get(rest);
  if (to === undefined || !isClusterName(cluster)) return { refused: 404 };
  const methods = to === "alerts" || to === "webhook" ? PUSH_METHODS : PROBE_METHODS;
  if (!methods.includes(method)) return { refused: 405, allow: methods.join(", ") };
  return { to, cluster };
}
