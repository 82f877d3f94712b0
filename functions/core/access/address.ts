const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

// Cloud metadata services that live outside the link-local range.
const METADATA = new Set([
  "[fd00:ec2::254]", // AWS over IPv6
  "[fd00:ec2::23]", // its EKS pod identity agent
  "[fd20:ce::254]", // Google over IPv6, then by name
  "metadata.google.internal",
  "metadata",
  "100.100.100.200", // Alibaba Cloud
  "168.63.129.16", // Azure's wire server
  "192.0.0.192", // Oracle Cloud
]);

/** Whether a URL's host is this machine itself. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}

/** Whether a host, or the address that it resolved to, hands out credentials to whoever asks from inside: never contacted. */
export function isForbidden(host: string): boolean {
  const hostname = canonical(host);
  return /^(169\.254|0\.\d+)\.\d+\.\d+$|^\[fe[89ab]|^\[::\]$/.test(hostname) || METADATA.has(hostname);
}

/** The host of a URL, an IPv6 address without its brackets. */
export function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[|\]$/g, "");
}

/** Whether two hosts are one: the same in another spelling, or both this machine. */
export function isSameHost(one: string, other: string): boolean {
  const [first, second] = [canonical(one), canonical(other)];
  return first === second || (isLoopback(first) && isLoopback(second));
}

/** Whether whoever listens in between can read what is sent there. */
export function isPlain(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed?.protocol === "http:" && !isLoopback(parsed.hostname);
}

/** What keeps a URL from being contacted, whatever is sent there. */
export function* urlErrors(text: string): Generator<string> {
  const parsed = URL.parse(text);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return yield "an https: URL is expected";
  if (parsed.username !== "" || parsed.password !== "") yield "a URL carries no user name or password: use `auth`";
  if (/[?#]/.test(text)) yield "a URL carries no query and no fragment";
  if (isForbidden(parsed.hostname)) yield "link-local and metadata addresses are never contacted";
}

// The URL parser brings every spelling of an address (hex, octal, one number) into one form; IPv4 inside IPv6 stands there mapped,
// compatible, or as NAT64 translates it.
function canonical(host: string): string {
  const literal = host.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  const url = URL.parse(literal.includes(":") ? `http://[${literal}]` : `http://${literal}`);
  const hostname = (url?.hostname ?? host).replace(/\.$/, "");
  const [, high, low] = /^\[(?:::ffff:|::|64:ff9b::)([0-9a-f]+):([0-9a-f]+)\]$/.exec(hostname) ?? [];
  if (high === undefined || low === undefined) return hostname;
  return [high, low].flatMap((word) => [Number.parseInt(word, 16) >> 8, Number.parseInt(word, 16) & 255]).join(".");
}
