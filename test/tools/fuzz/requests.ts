// Generates hostile requests to the receiver.

import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { aGroup, aPosted, inGroup } from "../../receive/pushes.ts";
import { tokenOf } from "../../receive/receiver.ts";

/** A request, and the cluster of its token: undefined where the token is not valid. */
export type Attempt = { readonly event: object; readonly holder: string | undefined };

const CLUSTERS = ["eu", "us", "constructor"];
const CANARY = "canary-of-a-sender";

const rarely = <T>(usual: fc.Arbitrary<T>, rare: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 5, arbitrary: usual }, { weight: 1, arbitrary: rare });

const names = rarely(
  fc.constantFrom(...CLUSTERS),
  fc.oneof(fc.string(), fc.constantFrom("..", "%2e%2e", "EU", "eu%00", "e".repeat(64), CANARY)),
);
const places = rarely(
  fc.constantFrom("api/v2/alerts", "webhook"),
  fc.oneof(
    fc.string(),
    fc.constantFrom("-/ready", "-/healthy", "api/v2/alerts/", "../us/webhook", "%61pi/v2/alerts", "webhook?a=b", "constructor"),
  ),
);
const strangePaths = fc.oneof(fc.webPath(), fc.string({ unit: "binary" }));
const methods = rarely(fc.constant("POST"), fc.constantFrom("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "post", ""));

const labels = fc.dictionary(fc.string(), fc.string());
const times = fc.oneof(
  fc.constantFrom("0001-01-01T00:00:00Z", "2026-01-01T00:05:00Z", "+275760-09-13T00:00:00Z", ""),
  fc.string(),
  fc.anything(),
);
const alerts = fc.oneof(
  fc.record({ labels, startsAt: times, endsAt: times, status: fc.anything() }, { requiredKeys: ["labels"] }),
  fc.constantFrom(aPosted("A"), inGroup("B"), { labels: { __proto__: "x", constructor: "y" } }),
);
const depths = fc.integer({ min: 0, max: 100_000 });
const bodies: fc.Arbitrary<string> = fc.oneof(
  { weight: 20, arbitrary: fc.array(rarely(alerts, fc.anything()), { maxLength: 8 }).map((list) => textOf(list)) },
  { weight: 20, arbitrary: fc.array(alerts, { maxLength: 8 }).map((list) => textOf(aGroup(list))) },
  { weight: 10, arbitrary: fc.json() },
  { weight: 5, arbitrary: fc.string({ unit: "binary" }) },
  { weight: 1, arbitrary: depths.map((depth) => "[".repeat(depth)) },
  { weight: 1, arbitrary: depths.map((depth) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 100_000 }).map((count) => `[${'{"labels":{}},'.repeat(count)}{}]`) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 10_000_000 }).map((bytes) => `["${"x".repeat(bytes)}"]`) },
);

const plain = bodies.map((body) => ({ body, isBase64Encoded: false }));
const encoded = fc.oneof(
  bodies.map((body) => Buffer.from(body).toString("base64")),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString("base64")),
  bodies.map((body) => gzipSync(body, { level: 1 }).toString("base64")),
  fc.string(),
);
const contents = rarely(
  plain,
  rarely(
    encoded.map((body) => ({ body, isBase64Encoded: true })),
    fc.record({ body: fc.anything(), isBase64Encoded: fc.anything() }),
  ),
);

const types = rarely(fc.constant("application/json"), fc.constantFrom("application/json; charset=utf-8", "text/plain", "", CANARY));
const encodings = rarely(
  fc.constant({}),
  fc.constantFrom("gzip", "identity", "br").map((value) => ({ "content-encoding": value })),
);
const more = fc.oneof(fc.constant({}), fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.anything()), { maxKeys: 3 }));

// The cluster of a token, and how a request carries it.
const OWN = "the cluster itself";
const holders = rarely(fc.constant<string | undefined>(OWN), fc.constantFrom<string | undefined>(...CLUSTERS, undefined));
const spellings = rarely(
  fc.constant((token: string): object => ({ authorization: `Bearer ${token}` })),
  fc.constantFrom<(token: string) => object>(
    (token) => ({ Authorization: `bearer ${token}` }),
    (token) => ({ authorization: `Bearer ${token}`, AUTHORIZATION: `Bearer ${token}` }),
    (token) => ({ authorization: `Bearer ${token},Bearer ${token}` }),
    (token) => ({ authorization: token }),
    (token) => ({ authorization: `Bearer ${token.slice(0, -1)}` }),
    (token) => ({ authorization: [`Bearer ${token}`] }),
    () => ({}),
  ),
);
const forged = fc.oneof(fc.string(), fc.constantFrom("as1.1.", `as1.1.${"A".repeat(43)}`, "as1.constructor.x", CANARY));

export const attempts: fc.Arbitrary<Attempt> = fc
  .record({
    name: names,
    place: places,
    strangePath: rarely(fc.constant(undefined), strangePaths),
    method: methods,
    content: contents,
    type: types,
    encoding: encodings,
    more,
    whose: holders,
    spelling: spellings,
    forged,
  })
  .map(({ name, place, strangePath, method, content, type, encoding, more, whose, spelling, forged }) => {
    const path = strangePath ?? `/clusters/${name}/${place}`;
    const holder = whose === OWN ? CLUSTERS.find((cluster) => cluster === name) : whose;
    const token = holder === undefined ? forged : tokenOf(holder);
    const headers = { ...more, "content-type": type, ...encoding, ...spelling(token) };
    return { holder, event: { version: "2.0", rawPath: path, headers, requestContext: { http: { method, path } }, ...content } };
  });

function textOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    // Arbitrary values may contain what JSON cannot express.
    return String(Object.keys(Object(value)));
  }
}
