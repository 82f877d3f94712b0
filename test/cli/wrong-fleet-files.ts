// Lists fleet files that every reader refuses, so that the command line and the functions are held to the same table.

/** A refused fleet file: its content in words, its text, and the expected message. No message may repeat the canary. */
type Wrong = readonly [content: string, text: string, message: string];

export const CANARY = "hunter2-canary";

const REFERENCE =
  "a reference is expected, {env: NAME}, {file: path}, {ssm: /name} or {secret: name, key: …}: a secret is never written here";
const PLAIN = "https: is needed where credentials are sent, http: only for loopback hosts";
const NEVER = "link-local and metadata addresses are never contacted";
const NO_USER = "a URL carries no user name or password: use `auth`";

const ref = { env: "TOKEN" };
const token = { token: ref };
const bearer = { bearer: ref };
const basic = { basic: { username: "u", password: ref } };
const service = { namespace: "monitoring", name: "prometheus", port: 9090 };
const cluster = (more: object = {}) => ({ name: "prod", kubernetes: { server: "https://api.example:6443", auth: token }, ...more });

/** The text of a fleet of one cluster. */
export const fleet = (more: object = {}) => JSON.stringify({ clusters: [cluster(more)] });
export const kubernetes = (more: object) => fleet({ kubernetes: { ...cluster().kubernetes, ...more } });
const alerts = (more: object) => fleet({ alerts: { url: "https://prometheus.example", ...more } });

export const shapeless: readonly Wrong[] = [
  ["nothing in it", "", "(top level): a map with the field `clusters` is expected"],
  ["a comment only", "# to be written\n", "(top level): a map with the field `clusters` is expected"],
  ["a list", "- name: prod\n", "(top level): a map with the field `clusters` is expected"],
  ["text", "prod", "(top level): a map with the field `clusters` is expected"],
  ["no clusters", "defaults: {}", "clusters: a list of clusters is expected"],
  ["null clusters", "clusters:\n", "clusters: a list of clusters is expected"],
  ["clusters by name", "clusters: {prod: {}}", "clusters: a list of clusters is expected"],
];

export const unknownFields: readonly Wrong[] = [
  ["an unknown field", JSON.stringify({ clusters: [], cluster: [] }), "(top level): there is no field cluster"],
  ["an unknown default", "defaults: {name: x}\nclusters: []", "defaults: there is no field name"],
  ["an unknown field of a cluster", fleet({ sorce: 1 }), "clusters[0]: there is no field sorce"],
  ["an unknown field of `kubernetes`", kubernetes({ tokens: 1 }), "kubernetes: there is no field tokens"],
  ["an unknown field of a login", kubernetes({ auth: { ...token, user: "x" } }), "kubernetes.auth: there is no field user"],
  [
    "an unknown field of a reference",
    kubernetes({ auth: { token: { env: "TOKEN", trim: true } } }),
    "kubernetes.auth.token: there is no field trim",
  ],
  [
    "an unknown field of a kubeconfig",
    fleet({ kubernetes: { kubeconfig: { file: "config", user: "x" } } }),
    "kubeconfig: there is no field user",
  ],
  ["an unknown field of a source", alerts({ timeout: 1 }), "alerts: there is no field timeout"],
  ["an unknown field of a service", fleet({ alerts: { service: { ...service, pth: "/x" } } }), "alerts.service: there is no field pth"],
  [
    "a secret as a key",
    `clusters: [{name: prod, kubernetes: {server: "https://api.example"}, token:${CANARY}: 1}]`,
    "there is no field token…",
  ],
];

export const identity: readonly Wrong[] = [
  ["no name", fleet({ name: undefined }), "name: text is needed here"],
  ["a name in capitals", fleet({ name: "Prod" }), "name: a DNS-1123 label"],
  ["a name of 64 letters", fleet({ name: "a".repeat(64) }), "name: a DNS-1123 label"],
  ["a name with a line end", fleet({ name: "prod\n" }), "name: a DNS-1123 label"],
  ["a name twice", JSON.stringify({ clusters: [cluster(), cluster()] }), "clusters[1].name: stands twice: prod"],
  ["a label that is a number", fleet({ labels: { tier: 1 } }), "labels.tier: text is expected, not a number"],
  ["labels that are a list", fleet({ labels: ["prod"] }), "labels: a map is expected, not a list"],
  ["an unknown mode", fleet({ mode: "dry-run" }), 'mode: Invalid option: expected one of "own"|"shadow"|"observe"'],
  ["paused in words", fleet({ paused: "yes" }), "paused: true or false is expected, or {until, why, by}"],
  ["an unknown profile", fleet({ profiles: ["kyma"] }), "profiles: there is no profile kyma; known are kyma-telemetry"],
  ["no profile", fleet({ profiles: [] }), "profiles: Too small"],
  [
    "a wrong profile that no cluster uses",
    JSON.stringify({ clusters: [cluster()], profiles: { mine: {} } }),
    "profiles.mine.condition: text is needed here",
  ],
];

export const waysIn: readonly Wrong[] = [
  ["no access", fleet({ kubernetes: undefined }), "kubernetes: one kind of access is expected: {kubeconfig: {file, context}}, {eks"],
  ["an empty access", fleet({ kubernetes: {} }), "kubernetes: one kind of access is expected"],
  ["two kinds of access", kubernetes({ kubeconfig: { file: "config" } }), "kubernetes: one kind of access is expected"],
  ["two logins", alerts({ auth: { ...bearer, ...basic } }), "alerts.auth: one login is expected"],
  ["half a client certificate", kubernetes({ auth: { certificate: { file: "tls.crt" } } }), `kubernetes.auth.key: ${REFERENCE}`],
  ["two sources", alerts({ service }), "alerts: one source is expected, {service: {"],
  [
    "a service that climbs out",
    fleet({ alerts: { service: { ...service, namespace: "a/../b" } } }),
    "alerts.service.namespace: a DNS-1123 label",
  ],
  ["a port in words", fleet({ alerts: { service: { ...service, port: "web" } } }), "alerts.service.port: a number is expected, not text"],
];

export const secrets: readonly Wrong[] = [
  ["a token", kubernetes({ auth: { token: CANARY } }), `kubernetes.auth.token: ${REFERENCE}`],
  ["a token in the wrong place", kubernetes({ auth: CANARY }), "kubernetes.auth: one login is expected: {token: …}"],
  ["a token as a reference's key", kubernetes({ auth: { token: { [CANARY]: "" } } }), `kubernetes.auth.token: ${REFERENCE}`],
  ["a client key", kubernetes({ auth: { certificate: { file: "a" }, key: CANARY } }), `kubernetes.auth.key: ${REFERENCE}`],
  ["a CA", kubernetes({ ca: CANARY }), `kubernetes.ca: ${REFERENCE}`],
  ["a kubeconfig", fleet({ kubernetes: { kubeconfig: CANARY } }), "kubernetes.kubeconfig: the location of a kubeconfig is expected"],
  ["a password", alerts({ auth: { basic: { username: "u", password: CANARY } } }), `alerts.auth.basic.password: ${REFERENCE}`],
  ["a bearer token", alerts({ auth: { bearer: CANARY } }), `alerts.auth.bearer: ${REFERENCE}`],
  ["a secret header", alerts({ headers: { "X-Api-Key": CANARY } }), `alerts.headers.X-Api-Key: ${REFERENCE}`],
  ["a login as a header", alerts({ headers: { authorization: `Bearer ${CANARY}` } }), "authorization: use `auth` for the login"],
  ["a cookie", alerts({ headers: { Cookie: CANARY } }), `alerts.headers.Cookie: ${REFERENCE}`],
  ["a header of the transport", alerts({ headers: { Host: "other.example" } }), "Host: this header belongs to the transport"],
  [
    "a header with a line end",
    alerts({ headers: { "X-Scope-OrgID": `a\r\nX-Api-Key: ${CANARY}` } }),
    "one line of plain ASCII is expected",
  ],
  ["a header name with a line end", alerts({ headers: { "X\nY": "a" } }), "not a header name"],
];

export const addresses: readonly Wrong[] = [
  ["an API server over plain http", kubernetes({ server: "http://api.example" }), "kubernetes.server: https: is needed here"],
  ["a bearer token over plain http", alerts({ url: "http://p.example", auth: bearer }), `alerts.url: ${PLAIN}`],
  ["a password over plain http", alerts({ url: "http://10.0.0.1:9090", auth: basic }), `alerts.url: ${PLAIN}`],
  ["a secret header over plain http", alerts({ url: "http://p.example", headers: { "X-Key": ref } }), `alerts.url: ${PLAIN}`],
  ["a metadata address", alerts({ url: "http://169.254.169.254" }), `alerts.url: ${NEVER}`],
  ["a metadata address as the API server", kubernetes({ server: "https://[fd00:ec2::254]" }), `kubernetes.server: ${NEVER}`],
  ["a password in a URL", alerts({ url: `https://u:${CANARY}@p.example` }), `alerts.url: ${NO_USER}`],
  ["a password in the API server's URL", kubernetes({ server: `https://:${CANARY}@api.example` }), `kubernetes.server: ${NO_USER}`],
  ["a query", alerts({ url: `https://p.example/?token=${CANARY}` }), "alerts.url: a URL carries no query and no fragment"],
  ["an empty query", alerts({ url: "https://p.example/?" }), "alerts.url: a URL carries no query and no fragment"],
  ["a fragment", alerts({ url: "https://p.example/#a" }), "alerts.url: a URL carries no query and no fragment"],
  ["a host and no URL", alerts({ url: "p.example:9090" }), "alerts.url: an https: URL is expected"],
  ["another protocol", alerts({ url: "file:///etc/passwd" }), "alerts.url: an https: URL is expected"],
];

export const syntax: readonly Wrong[] = [
  ["a tab", `clusters:\n\t- name: ${CANARY}\n`, "line 2, column 1: Tabs are not allowed as indentation"],
  ["an open quote", `clusters:\n  - name: "${CANARY}\n`, "line 3, column 1: Missing closing"],
  ["an open bracket", `clusters: [\n  ${CANARY}\n`, "line 3, column 1: Flow sequence"],
  ["a value on a wrong line", `clusters: []\n${CANARY}\n`, "line 2, column 1: "],
  ["a secret that begins like an alias", `clusters: *${CANARY}`, "an alias (*name) has no anchor (&name) before it"],
  ["a secret that begins like a block", `clusters: |${CANARY}\n`, "line 1, column 12: Block scalar header"],
  ["a secret that is escaped", 'clusters: "\\Uhunter2-canary"', "line 1, column 12: Invalid escape sequence"],
  ["a secret that begins like nothing", `clusters: @${CANARY}`, "line 1, column 11: Plain value cannot start with"],
  ["broken JSON", `{"clusters": [{"name": "${CANARY}"]}`, "line 1, column"],
  ["two documents", "clusters: []\n---\nclusters: []\n", "line 2, column 1: Source contains multiple documents"],
  ["a key twice", `clusters:\n  - name: prod\n    name: ${CANARY}\n`, "line 3, column 5: Map keys must be unique"],
  ["a key twice in JSON", '{"clusters": [], "clusters": []}', "line 1, column 18: Map keys must be unique"],
  ["aliases that multiply", aliasBomb(), "or nested aliases multiply the content"],
  ["an alias to itself", "clusters: &all [*all]", "it is nested deeper than 64 levels"],
  ["the prototype's name", "clusters:\n  - __proto__: {name: prod}\n", "clusters[0]: there is no field __proto__"],
];

/** Nine lines that expand to 43 million entries. */
export function aliasBomb(): string {
  const levels = [..."abcdefgh"].map((name, index, names) => {
    const below = index === 0 ? "x" : `*${names[index - 1]}`;
    return `${name}: &${name} [${Array.from({ length: 9 }, () => below).join(", ")}]`;
  });
  return `${levels.join("\n")}\nclusters: [*h]\n`;
}
