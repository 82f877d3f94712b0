// Decides which servers are reached through a proxy, by the rules of kubectl for HTTPS_PROXY and NO_PROXY.

import ipaddr from "ipaddr.js";
import { hostOf, isLoopback } from "./address.ts";

/** What the environment says of proxies: a URL, and a list of what is reached without it. */
export type Proxies = { readonly https?: string; readonly none?: string };

/** The proxy for a server; undefined where it is reached directly, as are this machine and servers without TLS. */
export function proxyFor(origin: string, { https, none = "" }: Proxies): string | undefined {
  const { protocol, port } = new URL(origin);
  const host = hostOf(origin).toLowerCase();
  if (protocol !== "https:" || isLoopback(host)) return undefined;
  const isDirect = none.split(",").some((word) => isCovered(host, port || "443", word.trim().toLowerCase()));
  return isDirect ? undefined : https;
}

// https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config
function isCovered(host: string, port: string, word: string): boolean {
  if (word === "*") return true;
  if (word.includes("/")) return isInRange(host, word);
  const [, name = "", wordPort] = ipaddr.isValid(word) ? ["", word] : (/^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(word) ?? []);
  if (name === "" || (wordPort !== undefined && wordPort !== port)) return false;
  const bare = name.replace(/[[\]]/g, "").replace(/^\*(?=\.)/, "");
  if (ipaddr.isValid(host)) return ipaddr.isValid(bare) && isSameAddress(host, bare);
  return bare.startsWith(".") ? host.endsWith(bare) : host === bare || host.endsWith(`.${bare}`);
}

function isSameAddress(one: string, other: string): boolean {
  return ipaddr.process(one).toString() === ipaddr.process(other).toString();
}

function isInRange(host: string, range: string): boolean {
  if (!ipaddr.isValid(host) || !ipaddr.isValidCIDR(range)) return false;
  const address = ipaddr.process(host);
  const [start, bits] = ipaddr.parseCIDR(range);
  return address.kind() === start.kind() && address.match(start, bits);
}
