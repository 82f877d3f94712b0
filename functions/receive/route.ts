import { isClusterName } from "../core/names.ts";

/** Where a push is meant to go; `refused` is a status of HTTP, `allow` the methods that there are. */
export type PushRoute =
  | { readonly to: "healthy" }
  | { readonly to: "ready" | "alerts" | "webhook"; readonly cluster: string }
  | { readonly refused: 404 }
  | { readonly refused: 405; readonly allow: string };

type Place = Exclude<PushRoute, { refused: number }>["to"];

const PLACES: ReadonlyMap<string, Place> = new Map([
  ["api/v2/alerts", "alerts"],
  ["webhook", "webhook"],
  ["-/ready", "ready"],
  ["-/healthy", "healthy"],
]);
const PUSH = ["POST"];
const PROBE = ["GET", "HEAD"];

/** Paths count as they are written: nothing is decoded, no dots are followed. */
export function routePush(method: string, path: string): PushRoute {
  const [, cluster = "", rest = ""] = /^\/clusters\/([^/]{1,63})\/([-a-z0-9/]{1,20})$/.exec(path) ?? [];
  const to = PLACES.get(rest);
  if (to === undefined || !isClusterName(cluster)) return { refused: 404 };
  const methods = to === "alerts" || to === "webhook" ? PUSH : PROBE;
  if (!methods.includes(method)) return { refused: 405, allow: methods.join(", ") };
  return { to, cluster };
}
