// The kubeconfigs that people have, each with what kubectl makes of it.

import { ID_TOKEN, type Lab, OLD_ID_TOKEN, PASSWORD, TOKEN } from "./lab.ts";

/** What stands on the machine: files below the lab's folder, the environment, and the context that is asked for. */
export type Setup = {
  readonly files: Readonly<Record<string, string | object>>;
  readonly env?: NodeJS.ProcessEnv;
  readonly context?: string;
  /** Files below the folder that KUBECONFIG names; without it the one file is given by name. */
  readonly listed?: readonly string[];
  /** Where kubectl asks, which takes the path of a raw request for the whole path. */
  readonly path?: string;
};

/** `as`: who is told to ask, where kubectl can. `refused`: what alertstatus says that refuses on purpose what kubectl does. `told`: what it says where both fail. */
export type Situation = {
  readonly kubeconfig: string;
  readonly setup: (lab: Lab) => Setup;
  readonly as?: string;
  readonly refused?: RegExp;
  readonly told?: RegExp;
};

type Parts = { readonly cluster?: object; readonly user?: object | null; readonly context?: object; readonly more?: object };

const base64 = (text: string) => Buffer.from(text).toString("base64");
const ADA = { token: TOKEN };
const BOB = { token: "token-of-bob" };

function config(lab: Lab, { cluster = {}, user = ADA, context = {}, more = {} }: Parts = {}): object {
  const server = { server: `https://127.0.0.1:${lab.port}`, "certificate-authority-data": base64(lab.root) };
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "a",
    contexts: [{ name: "a", context: { cluster: "c", user: "u", ...context } }],
    clusters: [{ name: "c", cluster: { ...server, ...cluster } }],
    users: [{ name: "u", user }],
    ...more,
  };
}

/** One file with these parts. */
const one =
  (parts: (lab: Lab) => Parts, files: (lab: Lab) => Setup["files"] = () => ({})) =>
  (lab: Lab) => ({ files: { config: config(lab, parts(lab)), ...files(lab) } });
const withUser = (user: object | null, files: Setup["files"] = {}) =>
  one(
    () => ({ user }),
    () => files,
  );
const withCluster = (cluster: (lab: Lab) => object) => one((lab) => ({ cluster: cluster(lab) }));

const behindPath = (path: string) => (lab: Lab) => ({
  files: { config: config(lab, { cluster: { server: `https://127.0.0.1:${lab.port}${path}` } }) },
  path: "/k8s/clusters/c-x",
});

/** A file that names one user and cluster after itself. */
const named = (lab: Lab, name: string, token: string, more: object = {}) => ({
  "current-context": name,
  contexts: [{ name, context: { cluster: name, user: name } }],
  clusters: [
    {
      name,
      cluster: { server: `https://${name === "y" ? "[::1]" : "127.0.0.1"}:${lab.port}`, "certificate-authority-data": base64(lab.root) },
    },
  ],
  users: [{ name, user: { token } }],
  ...more,
});

const V1 = "client.authentication.k8s.io/v1";
const exec = (more: object) => ({ exec: { apiVersion: V1, interactiveMode: "Never", ...more } });
const credential = (status: object, apiVersion = V1) => JSON.stringify({ apiVersion, kind: "ExecCredential", status });
const script = (...lines: readonly string[]) => `#!/bin/sh\n${lines.join("\n")}\n`;
const say = (status: object, apiVersion = V1) => `cat <<'EOF'\n${credential(status, apiVersion)}\nEOF`;
const told = (...lines: readonly string[]) => ({ "bin/plugin": script(...lines) });
const plugin = { command: "./bin/plugin" };
const oidc = (token: string) => ({
  name: "oidc",
  config: { "idp-issuer-url": "https://127.0.0.1:1", "client-id": "x", "id-token": token },
});

const contexts: readonly Situation[] = [
  { kubeconfig: "with a token", setup: one(() => ({})), as: "ada" },
  { kubeconfig: "without apiVersion and kind", setup: one(() => ({ more: { apiVersion: undefined, kind: undefined } })), as: "ada" },
  { kubeconfig: "of another apiVersion", setup: one(() => ({ more: { apiVersion: "v2" } })), told: /apiVersion: this is no kubeconfig/ },
  { kubeconfig: "of another kind", setup: one(() => ({ more: { kind: "Secret" } })), told: /kind: this is no kubeconfig/ },
  {
    kubeconfig: "with another context, by its name",
    setup: (lab) => ({
      files: {
        config: config(lab, {
          more: {
            contexts: ["a", "b"].map((name) => ({ name, context: { cluster: "c", user: name } })),
            users: [
              { name: "a", user: ADA },
              { name: "b", user: BOB },
            ],
          },
        }),
      },
      context: "b",
    }),
    as: "bob",
  },
  {
    kubeconfig: "with a context that is not in it",
    setup: (lab) => ({ files: { config: config(lab) }, context: "gone" }),
    told: /the context gone is not in it/,
  },
  { kubeconfig: "without a current context", setup: one(() => ({ more: { "current-context": "" } })), told: /it names no current context/ },
  {
    kubeconfig: "whose current context is not in it",
    setup: one(() => ({ more: { "current-context": "gone" } })),
    told: /its current context is not in it/,
  },
  { kubeconfig: "without the context's cluster", setup: one(() => ({ context: { cluster: "gone" } })), told: /it has no cluster for/ },
  { kubeconfig: "without the context's user", setup: one(() => ({ context: { user: "gone" } })), told: /it has no user for/ },
  { kubeconfig: "with a context that names no user", setup: one(() => ({ context: { user: undefined } })), told: /its user has no login/ },
  {
    kubeconfig: "with `users: null` and no user named",
    setup: one(() => ({ context: { user: undefined }, more: { users: null } })),
    told: /its user has no login/,
  },
  { kubeconfig: "with a user that is null", setup: withUser(null), told: /its user has no login/ },
  {
    kubeconfig: "with fields that are not known",
    setup: one(() => ({ cluster: { color: "blue" }, more: { preferences: {}, extensions: [{ name: "x", extension: {} }] } })),
    as: "ada",
  },
  {
    kubeconfig: "with two users of one name",
    setup: one(() => ({
      more: {
        users: [
          { name: "u", user: ADA },
          { name: "u", user: BOB },
        ],
      },
    })),
    told: /users\[1\]: another entry has this name/,
  },
  { kubeconfig: "that is empty", setup: () => ({ files: { config: "" } }), told: /it names no current context/ },
  { kubeconfig: "that is no YAML", setup: () => ({ files: { config: "a: [b" } }), told: /it is no YAML: \w+ in line 1/ },
  { kubeconfig: "that is a list", setup: () => ({ files: { config: "- a\n" } }), told: /a map is expected/ },
  { kubeconfig: "that is missing", setup: () => ({ files: {}, listed: ["gone"] }), told: /no kubeconfig: .*gone does not exist/ },
  {
    kubeconfig: "with a number as its token",
    setup: withUser({ token: 123_456 }),
    told: /users\[0\]\.user\.token: text is expected, not a number/,
  },
  {
    kubeconfig: "with a number as the token of another user",
    setup: one(() => ({
      more: {
        users: [
          { name: "u", user: ADA },
          { name: "v", user: { token: 1 } },
        ],
      },
    })),
    told: /users\[1\]\.user\.token/,
  },
  { kubeconfig: "with merge keys", setup: (lab) => ({ files: { config: mergedYaml(lab) } }), as: "ada" },
  {
    kubeconfig: "with a key twice",
    setup: (lab) => ({ files: { config: `${JSON.stringify(config(lab)).slice(0, -1)},"current-context":"a"}` } }),
    as: "ada",
  },
  {
    kubeconfig: "with a second document",
    setup: (lab) => ({ files: { config: `${JSON.stringify(config(lab))}\n---\na: b\n` } }),
    as: "ada",
  },
];

function mergedYaml(lab: Lab): string {
  return `
current-context: a
x: &base { cluster: c, user: none }
contexts: [{ name: a, context: { <<: *base, user: u } }]
clusters: [{ name: c, cluster: { server: "https://127.0.0.1:${lab.port}", certificate-authority-data: ${base64(lab.root)} } }]
users: [{ name: u, user: { token: ${TOKEN} } }]
`;
}

const merged: readonly Situation[] = [
  {
    kubeconfig: "that is the first of two",
    setup: (lab) => ({ files: { x: named(lab, "x", TOKEN), y: named(lab, "y", "token-of-bob") }, listed: ["x", "y"] }),
    as: "ada",
  },
  {
    kubeconfig: "whose current context the second of two files sets",
    setup: (lab) => ({
      files: { x: named(lab, "x", TOKEN, { "current-context": "" }), y: named(lab, "y", "token-of-bob") },
      listed: ["x", "y"],
    }),
    as: "bob",
  },
  {
    kubeconfig: "of several files with a missing one before it",
    setup: (lab) => ({ files: { y: named(lab, "y", "token-of-bob") }, listed: ["gone", "y"] }),
    as: "bob",
  },
  {
    kubeconfig: "of files that are all missing",
    setup: () => ({ files: {}, listed: ["gone", "away"] }),
    told: /no kubeconfig: none of .*gone, .*away exists/,
  },
  { kubeconfig: "that is listed twice", setup: (lab) => ({ files: { x: named(lab, "x", TOKEN) }, listed: ["x", "x"] }), as: "ada" },
  {
    kubeconfig: "of two files that name the same user",
    setup: (lab) => ({ files: { x: named(lab, "x", TOKEN), y: named(lab, "x", "token-of-bob") }, listed: ["x", "y"] }),
    as: "ada",
  },
  {
    kubeconfig: "of two files, of one name each half an entry",
    setup: (lab) => ({
      files: { x: { users: [{ name: "x", user: { username: "ada" } }] }, y: named(lab, "x", TOKEN) },
      listed: ["x", "y"],
    }),
    told: /401/,
  },
  {
    kubeconfig: "with a context whose cluster stands in another file",
    setup: (lab) => ({
      files: { x: { "current-context": "x", contexts: [{ name: "x", context: { cluster: "y", user: "y" } }] }, y: named(lab, "y", TOKEN) },
      listed: ["x", "y"],
    }),
    as: "ada",
  },
  {
    kubeconfig: "beside one that is no YAML",
    setup: (lab) => ({ files: { x: named(lab, "x", TOKEN), y: "a: [b" }, listed: ["x", "y"] }),
    told: /y: it is no YAML/,
  },
  { kubeconfig: "in the home folder", setup: (lab) => ({ files: { "home/.kube/config": named(lab, "x", TOKEN) }, listed: [] }), as: "ada" },
  {
    kubeconfig: "that is not in the home folder",
    setup: () => ({ files: {}, listed: [] }),
    told: /no kubeconfig: .*\.kube\/config does not exist/,
  },
];

const logins: readonly Situation[] = [
  { kubeconfig: "with a password", setup: withUser({ username: "ada", password: PASSWORD }), as: "ada by password" },
  { kubeconfig: "with a wrong password", setup: withUser({ username: "ada", password: "guess" }), told: /401/ },
  { kubeconfig: "with an unknown token", setup: withUser({ token: "unknown" }), told: /401/ },
  {
    kubeconfig: "with a token and a password",
    setup: withUser({ ...ADA, username: "ada", password: PASSWORD }),
    told: /a token and a password/,
  },
  { kubeconfig: "with a token of two lines", setup: withUser({ token: `${TOKEN}\n` }), told: /its token is not one line/ },
  { kubeconfig: "with a relative token file", setup: withUser({ tokenFile: "secrets/token" }, { "secrets/token": TOKEN }), as: "ada" },
  { kubeconfig: "with a token file that ends in a line end", setup: withUser({ tokenFile: "token" }, { token: `${TOKEN}\n` }), as: "ada" },
  { kubeconfig: "with a token file beside a token", setup: withUser({ ...ADA, tokenFile: "token" }, { token: "token-of-bob" }), as: "bob" },
  { kubeconfig: "with a missing token file beside a token", setup: withUser({ ...ADA, tokenFile: "gone" }), as: "ada" },
  { kubeconfig: "with a missing token file", setup: withUser({ tokenFile: "gone" }), told: /tokenFile: the file cannot be read: ENOENT/ },
  {
    kubeconfig: "with the token file of other libraries",
    setup: withUser({ "token-file": "token" }, { token: TOKEN }),
    told: /its user has no login/,
  },
  {
    kubeconfig: "with a client certificate",
    setup: one(({ client }) => ({ user: { "client-certificate-data": base64(client.certPem), "client-key-data": base64(client.keyPem) } })),
    as: "ada by certificate",
  },
  {
    kubeconfig: "with relative files of a client certificate",
    setup: one(
      () => ({ user: { "client-certificate": "pki/client.pem", "client-key": "./pki/key.pem" } }),
      ({ client }) => ({ "pki/client.pem": client.certPem, "pki/key.pem": client.keyPem }),
    ),
    as: "ada by certificate",
  },
  {
    kubeconfig: "with a client certificate and a token",
    setup: one(({ client }) => ({
      user: { ...BOB, "client-certificate-data": base64(client.certPem), "client-key-data": base64(client.keyPem) },
    })),
    as: "bob",
  },
  {
    kubeconfig: "with a client certificate without its key",
    setup: one(({ client }) => ({ user: { "client-certificate-data": base64(client.certPem) } })),
    told: /its client-key is missing/,
  },
  {
    kubeconfig: "with the key of another client certificate",
    setup: one(({ client, stranger }) => ({
      user: { "client-certificate-data": base64(client.certPem), "client-key-data": base64(stranger.keyPem) },
    })),
    told: /do not fit together/,
  },
  {
    kubeconfig: "with a client certificate twice",
    setup: one(
      ({ client }) => ({
        user: { "client-certificate": "x", "client-certificate-data": base64(client.certPem), "client-key-data": base64(client.keyPem) },
      }),
      () => ({ x: "x" }),
    ),
    told: /client-certificate: it stands there twice/,
  },
  {
    kubeconfig: "with a missing client certificate",
    setup: withUser({ "client-certificate": "gone", "client-key": "gone" }),
    told: /client-certificate: the file cannot be read: ENOENT/,
  },
  {
    kubeconfig: "that impersonates another user",
    setup: withUser({ ...ADA, as: "bob" }),
    as: "ada",
    refused: /as: it impersonates another user/,
  },
  {
    kubeconfig: "that impersonates groups without a user",
    setup: withUser({ ...ADA, "as-groups": ["system:masters"] }),
    told: /as: it impersonates another user/,
  },
  { kubeconfig: "with an id-token of OpenID Connect", setup: withUser({ "auth-provider": oidc(ID_TOKEN) }), as: "ada by OpenID" },
  {
    kubeconfig: "with an id-token that is over",
    setup: withUser({ "auth-provider": oidc(OLD_ID_TOKEN) }),
    told: /auth-provider: its id-token is missing or over/,
  },
  {
    kubeconfig: "with an auth-provider that kubectl has dropped",
    setup: withUser({ "auth-provider": { name: "gcp", config: { "access-token": TOKEN } } }),
    told: /auth-provider: kubectl has dropped/,
  },
  {
    kubeconfig: "with the auth-provider of another user",
    setup: one(() => ({
      more: {
        users: [
          { name: "u", user: ADA },
          { name: "v", user: { "auth-provider": { name: "gcp" } } },
        ],
      },
    })),
    as: "ada",
  },
];

const combined: readonly Situation[] = [
  { kubeconfig: "with a user name alone", setup: withUser({ username: "ada" }), told: /401/ },
  { kubeconfig: "with a password alone", setup: withUser({ password: PASSWORD }), told: /its user has no login/ },
  {
    kubeconfig: "with a token file and a password",
    setup: withUser({ tokenFile: "token", username: "ada", password: PASSWORD }, { token: TOKEN }),
    told: /a token and a password/,
  },
  {
    kubeconfig: "with an empty token file",
    setup: withUser({ tokenFile: "token" }, { token: "\n" }),
    told: /tokenFile: the file is empty/,
  },
  { kubeconfig: "with an empty token file beside a token", setup: withUser({ ...ADA, tokenFile: "token" }, { token: "" }), as: "ada" },
  {
    kubeconfig: "with a token beside an auth-provider that kubectl has dropped",
    setup: withUser({ ...ADA, "auth-provider": { name: "gcp" } }),
    told: /auth-provider: kubectl has dropped/,
  },
  {
    kubeconfig: "with a token beside an id-token that is over",
    setup: withUser({ ...ADA, "auth-provider": oidc(OLD_ID_TOKEN) }),
    as: "ada",
  },
  {
    kubeconfig: "with a password beside an id-token",
    setup: withUser({ username: "ada", password: PASSWORD, "auth-provider": oidc(ID_TOKEN) }),
    as: "ada by password",
  },
  {
    kubeconfig: "with a client certificate beside an id-token",
    setup: one(({ client }) => ({
      user: {
        "client-certificate-data": base64(client.certPem),
        "client-key-data": base64(client.keyPem),
        "auth-provider": oidc(ID_TOKEN),
      },
    })),
    as: "ada by OpenID",
  },
  {
    kubeconfig: "with a client certificate beside a plugin",
    setup: one(
      ({ client }) => ({
        user: { "client-certificate-data": base64(client.certPem), "client-key-data": base64(client.keyPem), ...exec(plugin) },
      }),
      () => told("exit 1"),
    ),
    as: "ada by certificate",
  },
  {
    kubeconfig: "with a password beside a plugin",
    setup: withUser({ username: "ada", password: PASSWORD, ...exec(plugin) }, told("exit 1")),
    as: "ada by password",
  },
  {
    kubeconfig: "with a plugin that answers a token and a client certificate",
    setup: one(
      () => ({ user: exec(plugin) }),
      ({ client }) => told(say({ token: "token-of-bob", clientCertificateData: client.certPem, clientKeyData: client.keyPem })),
    ),
    as: "bob",
  },
  {
    kubeconfig: "with a plugin whose interactiveMode is none",
    setup: withUser(exec({ ...plugin, interactiveMode: "Sometimes" }), told(say({ token: TOKEN }))),
    told: /exec: its interactiveMode is none/,
  },
  {
    kubeconfig: "with a plugin whose variable has no name",
    setup: withUser(exec({ ...plugin, env: [{ value: "x" }] }), told(say({ token: TOKEN }))),
    told: /exec: a variable of its env has no name/,
  },
  {
    kubeconfig: "with an absolute plugin",
    setup: (lab) => ({ files: { config: config(lab, { user: exec({ command: "/bin/sh", args: ["-c", say({ token: TOKEN })] }) }) } }),
    as: "ada",
  },
];

const plugins: readonly Situation[] = [
  { kubeconfig: "with a plugin beside it", setup: withUser(exec(plugin), told(say({ token: TOKEN }))), as: "ada" },
  {
    kubeconfig: "with a plugin of a path",
    setup: (lab) => ({
      files: { config: config(lab, { user: exec({ command: "my-plugin" }) }), "path/my-plugin": script(say({ token: TOKEN })) },
    }),
    as: "ada",
  },
  {
    kubeconfig: "with a plugin of v1beta1 without a mode",
    setup: withUser(
      { exec: { apiVersion: "client.authentication.k8s.io/v1beta1", ...plugin } },
      told(say({ token: TOKEN }, "client.authentication.k8s.io/v1beta1")),
    ),
    as: "ada",
  },
  {
    kubeconfig: "with a plugin without a mode",
    setup: withUser({ exec: { apiVersion: V1, ...plugin } }, told(say({ token: TOKEN }))),
    told: /exec: its interactiveMode is missing/,
  },
  {
    kubeconfig: "with a plugin that may ask",
    setup: withUser(exec({ ...plugin, interactiveMode: "IfAvailable" }), told(say({ token: TOKEN }))),
    as: "ada",
  },
  {
    kubeconfig: "with a plugin that has to ask",
    setup: withUser(exec({ ...plugin, interactiveMode: "Always" }), told(say({ token: TOKEN }))),
    told: /exec: its interactiveMode is Always/,
  },
  {
    kubeconfig: "with a plugin of a version that is gone",
    setup: withUser(exec({ ...plugin, apiVersion: "client.authentication.k8s.io/v1alpha1" }), told(say({ token: TOKEN }))),
    told: /exec: its apiVersion is neither/,
  },
  {
    kubeconfig: "with a plugin whose args and env are null",
    setup: withUser(exec({ ...plugin, args: null, env: null }), told(say({ token: TOKEN }))),
    as: "ada",
  },
  {
    kubeconfig: "with a plugin that is given args and env",
    setup: withUser(
      exec({ ...plugin, args: ["--for", "a b"], env: [{ name: "WHO", value: "ada" }] }),
      told(`[ "$2/$WHO/$HOME" = "a b/ada/${"$"}{HOME:?}" ] || exit 3`, say({ token: TOKEN })),
    ),
    as: "ada",
  },
  {
    kubeconfig: "with a plugin that is told of the cluster",
    setup: one(
      () => ({
        cluster: { extensions: [{ name: "client.authentication.k8s.io/exec", extension: { audience: "api" } }] },
        user: exec({ ...plugin, provideClusterInfo: true }),
      }),
      ({ port, root }) =>
        told(
          ...[
            `"server":"https://127.0.0.1:${port}"`,
            `"certificate-authority-data":"${base64(root)}"`,
            '"audience":"api"',
            '"interactive":false',
          ].map((part) => `case "$KUBERNETES_EXEC_INFO" in *'${part}'*) ;; *) echo "not told: "'${part}' >&2; exit 1;; esac`),
          say({ token: TOKEN }),
        ),
    ),
    as: "ada",
  },
  {
    kubeconfig: "with a plugin that is told of no cluster",
    setup: withUser(exec(plugin), told(`case "$KUBERNETES_EXEC_INFO" in *'"server"'*) exit 1;; esac`, say({ token: TOKEN }))),
    as: "ada",
  },
  {
    kubeconfig: "with a plugin that answers a client certificate",
    setup: one(
      () => ({ user: exec(plugin) }),
      ({ client }) => told(say({ clientCertificateData: client.certPem, clientKeyData: client.keyPem })),
    ),
    as: "ada by certificate",
  },
  {
    kubeconfig: "with a plugin that answers half a client certificate",
    setup: one(
      () => ({ user: exec(plugin) }),
      ({ client }) => told(say({ clientCertificateData: client.certPem })),
    ),
    told: /writes a certificate or a key, not both/,
  },
  {
    kubeconfig: "with a plugin whose answer is over",
    setup: withUser(exec(plugin), told(say({ token: TOKEN, expirationTimestamp: "2020-01-01T00:00:00Z" }))),
    as: "ada",
  },
  { kubeconfig: "with a plugin beside a token", setup: withUser({ ...ADA, ...exec(plugin) }, told("exit 1")), as: "ada" },
  {
    kubeconfig: "with a plugin beside an auth-provider",
    setup: withUser({ ...exec(plugin), "auth-provider": { name: "oidc" } }, told(say({ token: TOKEN }))),
    told: /auth-provider: an exec plugin stands beside it/,
  },
  {
    kubeconfig: "with a plugin that is not installed",
    setup: withUser(exec({ command: "no-such-plugin", installHint: "get it at\nhttps://plugins.example" })),
    told: /the exec plugin no-such-plugin is not installed: get it at https:\/\/plugins\.example/,
  },
  {
    kubeconfig: "with a plugin that may not be run",
    setup: withUser(exec({ command: "./plugin.txt" }), { "plugin.txt": "x" }),
    told: /plugin\.txt cannot be run: EACCES/,
  },
  {
    kubeconfig: "with a plugin that fails",
    setup: withUser(
      exec({ ...plugin, env: [{ name: "CLIENT_SECRET", value: "canary-secret" }] }),
      told(`printf 'expired: log in\\n\\033[2Jwith %s' "$CLIENT_SECRET" >&2; exit 7`),
    ),
    told: /failed with exit code 7: expired: log in \[2Jwith \[redacted\]$/,
  },
  { kubeconfig: "with a plugin that says nothing", setup: withUser(exec(plugin), told("exit 0")), told: /writes no ExecCredential/ },
  {
    kubeconfig: "with a plugin that answers in another version",
    setup: withUser(exec(plugin), told(say({ token: TOKEN }, "client.authentication.k8s.io/v1beta1"))),
    told: /answers in another apiVersion/,
  },
  {
    kubeconfig: "with a plugin that answers no credential",
    setup: withUser(exec(plugin), told(say({}))),
    told: /writes neither a token nor a certificate/,
  },
  { kubeconfig: "with a plugin without a command", setup: withUser(exec({})), told: /exec: its command is missing/ },
];

const clusters: readonly Situation[] = [
  {
    kubeconfig: "with a relative file of the authority",
    setup: one(
      () => ({ cluster: { "certificate-authority-data": undefined, "certificate-authority": "ca/root.pem" } }),
      ({ root }) => ({ "ca/root.pem": root }),
    ),
    as: "ada",
  },
  {
    kubeconfig: "with an intermediate authority only",
    setup: withCluster(({ intermediate }) => ({ "certificate-authority-data": base64(intermediate) })),
    as: "ada",
  },
  {
    kubeconfig: "with the server's own certificate as its authority",
    setup: withCluster(({ chain }) => ({ "certificate-authority-data": base64(chain.slice(0, chain.indexOf("-----END") + 26)) })),
    as: "ada",
  },
  {
    kubeconfig: "with an authority whose base64 is folded",
    setup: withCluster(({ root }) => ({ "certificate-authority-data": base64(root).replaceAll(/.{60}/g, "$&\n") })),
    as: "ada",
  },
  {
    kubeconfig: "with an authority that is no base64",
    setup: withCluster(() => ({ "certificate-authority-data": "-----BEGIN" })),
    told: /certificate-authority-data: base64 is expected/,
  },
  {
    kubeconfig: "with an authority that is no certificate",
    setup: withCluster(() => ({ "certificate-authority-data": base64("canary") })),
    told: /certificate-authority holds no certificate/,
  },
  {
    kubeconfig: "with a certificate after text in its authority",
    setup: withCluster(({ root }) => ({
      "certificate-authority-data": base64(`# the root\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n${root}`),
    })),
    as: "ada",
  },
  {
    kubeconfig: "with the authority twice",
    setup: one(
      () => ({ cluster: { "certificate-authority": "root.pem" } }),
      ({ root }) => ({ "root.pem": root }),
    ),
    told: /certificate-authority: it stands there twice/,
  },
  { kubeconfig: "without an authority", setup: withCluster(() => ({ "certificate-authority-data": undefined })), told: /certificate/ },
  {
    kubeconfig: "with a missing authority",
    setup: withCluster(() => ({ "certificate-authority-data": undefined, "certificate-authority": "gone" })),
    told: /certificate-authority: the file cannot be read: ENOENT/,
  },
  {
    kubeconfig: "of `kubectl proxy`",
    setup: one(({ plainPort }) => ({ cluster: { server: `http://127.0.0.1:${plainPort}`, "certificate-authority-data": undefined } })),
    as: "system:anonymous",
  },
  {
    kubeconfig: "of a host without a scheme",
    setup: one(({ plainPort }) => ({ cluster: { server: `127.0.0.1:${plainPort}`, "certificate-authority-data": undefined } })),
    as: "system:anonymous",
  },
  {
    kubeconfig: "of a host without a scheme, with an authority",
    setup: withCluster(({ plainPort }) => ({ server: `127.0.0.1:${plainPort}` })),
    as: "system:anonymous",
  },
  { kubeconfig: "of an IPv6 address", setup: withCluster(({ port }) => ({ server: `https://[::1]:${port}` })), as: "ada" },
  { kubeconfig: "of a path", setup: behindPath("/k8s/clusters/c-x"), as: "ada" },
  { kubeconfig: "of a path that ends in a slash", setup: behindPath("/k8s/clusters/c-x/"), as: "ada" },
  { kubeconfig: "without a server", setup: withCluster(() => ({ server: undefined })), told: /it has no server/ },
  { kubeconfig: "with another name in the certificate", setup: withCluster(() => ({ "tls-server-name": "internal.example" })), as: "ada" },
  {
    kubeconfig: "with a wrong name for the certificate",
    setup: withCluster(() => ({ "tls-server-name": "other.example" })),
    told: /other\.example/,
  },
  {
    kubeconfig: "that skips the verification",
    setup: withCluster(() => ({ "insecure-skip-tls-verify": true, "certificate-authority-data": undefined })),
    as: "ada",
    refused: /insecure-skip-tls-verify: it skips/,
  },
  {
    kubeconfig: "that skips the verification of a server without TLS",
    setup: one(({ plainPort }) => ({
      cluster: { server: `http://127.0.0.1:${plainPort}`, "insecure-skip-tls-verify": true, "certificate-authority-data": undefined },
    })),
    as: "system:anonymous",
  },
  { kubeconfig: "with a proxy", setup: withCluster(({ proxyPort }) => ({ "proxy-url": `http://127.0.0.1:${proxyPort}` })), as: "ada" },
  {
    kubeconfig: "with a proxy for a name that only it knows",
    setup: withCluster(({ port, proxyPort }) => ({
      server: `https://internal.example:${port}`,
      "proxy-url": `http://127.0.0.1:${proxyPort}`,
    })),
    as: "ada",
  },
  {
    kubeconfig: "with a proxy behind TLS",
    setup: withCluster(({ secureProxyPort }) => ({ "proxy-url": `https://127.0.0.1:${secureProxyPort}` })),
    as: "ada",
  },
  {
    kubeconfig: "with a proxy of SOCKS",
    setup: withCluster(({ port, socksPort }) => ({
      server: `https://internal.example:${port}`,
      "proxy-url": `socks5://127.0.0.1:${socksPort}`,
    })),
    as: "ada",
  },
  {
    kubeconfig: "with a proxy that wants a login",
    setup: withCluster(({ plainPort }) => ({ "proxy-url": `http://127.0.0.1:${plainPort}` })),
    told: /the proxy 127\.0\.0\.1: it answers 407 to CONNECT/,
  },
  {
    kubeconfig: "with a proxy of another kind",
    setup: withCluster(() => ({ "proxy-url": "ftp://127.0.0.1" })),
    told: /proxy-url: a proxy is expected/,
  },
  {
    kubeconfig: "of a server behind HTTPS_PROXY",
    setup: (lab) => ({
      files: { config: config(lab, { cluster: { server: `https://internal.example:${lab.port}` } }) },
      env: { HTTPS_PROXY: `http://127.0.0.1:${lab.proxyPort}` },
    }),
    as: "ada",
  },
  {
    kubeconfig: "of a server of this machine beside HTTPS_PROXY",
    setup: (lab) => ({ files: { config: config(lab) }, env: { HTTPS_PROXY: "http://127.0.0.1:1" } }),
    as: "ada",
  },
  {
    kubeconfig: "of a server that NO_PROXY names",
    setup: (lab) => ({
      files: { config: config(lab, { cluster: { server: `https://internal.example:${lab.port}` } }) },
      env: { HTTPS_PROXY: `http://127.0.0.1:${lab.proxyPort}`, NO_PROXY: "10.0.0.0/8,.example" },
    }),
    told: /internal\.example/,
  },
];

export const situations: readonly Situation[] = [...contexts, ...merged, ...logins, ...combined, ...plugins, ...clusters];
