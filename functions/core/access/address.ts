// Which addresses a server may have: some answer with credentials to any caller from inside, and are refused in every spelling.

import ipaddr from "ipaddr.js";

// Cloud metadata services that live outside the link-local range.
const METADATA = new Set([
  "fd00:ec2::254", // AWS over IPv6
  "fd00:ec2::23", // its EKS pod identity agent
  "fd20:ce::254", // Google over IPv6, then by name
  "metadata.google.internal",
  "metadata",
  "100.100.100.200", // Alibaba Cloud
  "168.63.129.16", // Azure's wire server
  "192.0.0.192", // Oracle Cloud
]);

// 0.0.0.0/8 and :: are this host, and no server listens at an address of a group.
const REFUSED = new Set(["unspecified", "linkLocal", "multicast", "broadcast"]);

// IPv6 addresses that lead to the IPv4 address in them: the prefix, its bits, and the byte where the IPv4 address begins.
const EMBEDDING: readonly (readonly [prefix: string, bits: number, at: number])[] = [
  ["::", 96, 12], // IPv4-compatible
  ["::ffff:0:0", 96, 12], // IPv4-mapped
  ["::ffff:0:0:0", 96, 12], // IPv4-translated, RFC 2765
  ["64:ff9b::", 96, 12], // NAT64, RFC 6052
  ["64:ff9b:1::", 48, 12], // NAT64 for local use, RFC 8215
  ["2002::", 16, 2], // 6to4, RFC 3056
];

/** Whether a URL's host is plainly this machine itself. An address that only embeds a loopback one may lead through a gateway. */
export function isLoopback(host: string): boolean {
  const name = canonical(host);
  return name === "localhost" || rangeOf(name) === "loopback";
}

/** Whether a URL's host, or an address that a name resolved to, is this machine itself, or embeds an address that is. */
export function leadsToLoopback(host: string): boolean {
  return formsOf(host).some(isLoopback);
}

/** Whether a URL's host, or an address that a name resolved to, is never contacted. */
export function isForbidden(host: string): boolean {
  return formsOf(host).some((form) => METADATA.has(form) || REFUSED.has(rangeOf(form)));
}

/** The host of a URL, an IPv6 address without its brackets. */
export function hostOf(url: string): string {
  return new URL(url).hostname.replace(/[[\]]/g, "");
}

/** Whether two hosts are one: the same in another spelling, or both this machine. */
export function isSameHost(one: string, other: string): boolean {
  const forms = formsOf(other);
  return formsOf(one).some((form) => forms.includes(form)) || (isLoopback(one) && isLoopback(other));
}

/** Whether what is sent there can be read on the way. */
export function isPlain(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed?.protocol === "http:" && !isLoopback(parsed.hostname);
}

/** What keeps a URL from being contacted, whatever is sent there. */
export function* urlErrors(text: string): Generator<string> {
  const parsed = URL.parse(text);
  if (parsed === null || !["https:", "http:"].includes(parsed.protocol)) return yield "an https: URL is expected";
  if (parsed.username !== "" || parsed.password !== "") yield "a URL carries no user name or password: use `auth`";
  if (/[?#]/.test(text)) yield "a URL carries no query and no fragment";
  if (isForbidden(parsed.hostname)) yield "link-local and metadata addresses are never contacted";
}

// The host in its one canonical spelling, and the IPv4 address that it leads to where it is an IPv6 address with one in it.
function formsOf(host: string): readonly string[] {
  const name = canonical(host);
  if (!ipaddr.IPv6.isValid(name)) return [name];
  const address = ipaddr.IPv6.parse(name);
  if (address.range() === "loopback") return [name];
  const embedded = EMBEDDING.filter(([prefix, bits]) => address.match(ipaddr.IPv6.parse(prefix), bits));
  return [
    name,
    ...embedded.map(([, , at]) =>
      address
        .toByteArray()
        .slice(at, at + 4)
        .join("."),
    ),
  ];
}

// The URL parser brings every spelling of an address (hex, octal, one number, wide digits) into one.
function canonical(host: string): string {
  const literal = host.replace(/[[\]]/g, "").replace(/%.*/s, "");
  const url = URL.parse(literal.includes(":") ? `http://[${literal}]` : `http://${literal}`);
  return (url?.hostname ?? host).replace(/\.$/, "").replace(/[[\]]/g, "");
}

// No spelling of an address has any other sign. Most hosts are names, and for each of them the library throws an error and catches it.
const NAMES_ONLY = /[^0-9a-fx.:]/i;

function rangeOf(name: string): string {
  if (NAMES_ONLY.test(name)) return "name";
  return ipaddr.isValid(name) ? ipaddr.parse(name).range() : "name";
}
