// Holds kubeconfigs to the rules of kubectl; test/contract/kubeconfigs/ compares them with kubectl itself.

import { describe, expect, test } from "vitest";
import { type Kubeconfig, mergeKubeconfigs, parseKubeconfig, selectContext } from "../../../functions/core/access/kubeconfig.ts";
import { contextProblem, serverOf } from "../../../functions/core/access/kubeconfig-limits.ts";

type Parts = { cluster?: object; user?: object; context?: object; more?: object };

function aKubeconfig({ cluster = {}, user = { token: "canary" }, context = {}, more = {} }: Parts = {}): Kubeconfig {
  const parsed = parseKubeconfig({
    contexts: [{ name: "prod", context: { cluster: "c", user: "u", ...context } }],
    clusters: [{ name: "c", cluster: { server: "https://api.example", ...cluster } }],
    users: [{ name: "u", user }],
    "current-context": "prod",
    ...more,
  });
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed;
}

function problemOf(parts: Parts, isRemote: boolean): string | undefined {
  const found = selectContext(aKubeconfig(parts), undefined);
  return "problem" in found ? found.problem : contextProblem(found, isRemote);
}

test("a context leads to its cluster and its user", () => {
  const found = selectContext(aKubeconfig({ cluster: { "certificate-authority": null, color: "blue" } }), "prod");
  expect(found).toMatchObject({ context: "prod", cluster: { server: "https://api.example" }, user: { token: "canary" } });
});

test.each([
  { context: undefined, current: "gone", problem: "its current context is not in it" },
  { context: "gone", current: "prod", problem: "the context gone is not in it" },
  { context: undefined, current: undefined, problem: "it names no current context" },
  { context: undefined, current: "", problem: "it names no current context" },
])("the context $context of a kubeconfig whose current one is $current is told of: $problem", ({ context, current, problem }) => {
  expect(selectContext(aKubeconfig({ more: { "current-context": current } }), context)).toEqual({ problem });
});

test.each([
  { document: "canary", problem: "(top level): a map is expected, not text" },
  { document: { "current-context": 7 }, problem: "current-context: text is expected, not a number" },
  { document: { users: [{ name: "u", user: { token: 7 } }] }, problem: "users[0].user.token: text is expected, not a number" },
  { document: { clusters: {} }, problem: "clusters: a list is expected, not a map" },
  { document: { clusters: [{ name: "c" }, { name: "c" }] }, problem: "clusters[1]: another entry has this name" },
  { document: { kind: "Secret" }, problem: "kind: this is no kubeconfig: apiVersion v1 and kind Config are expected" },
])("$document is no kubeconfig, and nothing of it is repeated", ({ document, problem }) => {
  expect(parseKubeconfig(document)).toEqual({ problem });
});

test("of several files the first that has a name decides all of it", () => {
  const half = parseKubeconfig({ users: [{ name: "u", user: { username: "ada" } }] });
  if ("problem" in half) throw new Error(half.problem);
  const merged = mergeKubeconfigs([half, aKubeconfig(), aKubeconfig({ more: { "current-context": "other" } })]);
  expect(merged.current).toBe("prod");
  expect(merged.contexts.get("prod")).toMatchObject({ cluster: "c", user: "u" });
  expect(merged.clusters.get("c")?.server).toBe("https://api.example");
  expect(mergeKubeconfigs([half]).current).toBeUndefined();
  expect(merged.users.get("u")?.username).toBe("ada");
  expect(merged.users.get("u")?.token).toBeUndefined();
});

test.each([
  ["https://api.example:6443", "https://api.example:6443"],
  ["127.0.0.1:8001", "http://127.0.0.1:8001"],
  ["api.example/https://b", "http://api.example/https://b"],
])("the server %s is %s", (server, url) => {
  expect(serverOf({ ...aKubeconfig().clusters.get("c")!, server })).toBe(url);
});

describe("a remote kubeconfig cannot", () => {
  const NO_PROGRAMS = "a remote kubeconfig runs no program here: use a token or a client certificate";
  const NO_FILES = "a remote kubeconfig reads no file here: embed the data itself";
  test.each<{ do: string; parts: Parts; problem: RegExp | string }>([
    { do: "run an exec plugin", parts: { user: { exec: { command: "aws" } } }, problem: `exec: ${NO_PROGRAMS}` },
    { do: "run an auth provider", parts: { user: { "auth-provider": { name: "oidc" } } }, problem: `auth-provider: ${NO_PROGRAMS}` },
    { do: "read a token file", parts: { user: { tokenFile: "/etc/passwd" } }, problem: `tokenFile: ${NO_FILES}` },
    { do: "read a certificate file", parts: { user: { "client-certificate": "a" } }, problem: `client-certificate: ${NO_FILES}` },
    { do: "read a key file", parts: { user: { "client-key": "a" } }, problem: `client-key: ${NO_FILES}` },
    {
      do: "read a file of authorities",
      parts: { cluster: { "certificate-authority": "a" } },
      problem: `certificate-authority: ${NO_FILES}`,
    },
    { do: "name a proxy", parts: { cluster: { "proxy-url": "http://127.0.0.1" } }, problem: /^proxy-url: / },
    { do: "expect another name", parts: { cluster: { "tls-server-name": "a" } }, problem: /^tls-server-name: / },
    { do: "skip the verification", parts: { cluster: { "insecure-skip-tls-verify": true } }, problem: /^insecure-skip-tls-verify: / },
    { do: "impersonate", parts: { user: { token: "canary", as: "root" } }, problem: /^as: / },
    {
      do: "lead to a metadata address",
      parts: { cluster: { server: "https://169.254.169.254" } },
      problem: /^its server is not usable: link-local/,
    },
  ])("$do", ({ parts, problem }) => {
    expect(problemOf(parts, true)).toEqual(typeof problem === "string" ? problem : expect.stringMatching(problem));
  });
});

test.each<{ what: string; parts: Parts }>([
  { what: "a token", parts: {} },
  { what: "a client certificate", parts: { user: { "client-certificate-data": "YQ==", "client-key-data": "Yg==" } } },
  {
    what: "another user with a plugin",
    parts: {
      more: {
        users: [
          { name: "other", user: { exec: { command: "sh" } } },
          { name: "u", user: { token: "canary" } },
        ],
      },
    },
  },
])("a remote kubeconfig may hold $what", ({ parts }) => {
  expect(problemOf(parts, true)).toBeUndefined();
});

describe("a kubeconfig of this machine cannot be used where", () => {
  const V1 = "client.authentication.k8s.io/v1";
  const plugin = (more: object = {}) => ({ user: { exec: { command: "aws", apiVersion: V1, interactiveMode: "Never", ...more } } });

  test.each<{ what: string; parts: Parts; problem: string }>([
    { what: "its server is none", parts: { cluster: { server: "https://u@a" } }, problem: "its server is not usable: " },
    { what: "its proxy is none", parts: { cluster: { "proxy-url": "ftp://a" } }, problem: "proxy-url: a proxy is expected" },
    {
      what: "it does not verify the server",
      parts: { cluster: { "insecure-skip-tls-verify": true } },
      problem: "insecure-skip-tls-verify: ",
    },
    {
      what: "it has its authorities twice",
      parts: { cluster: { "certificate-authority": "a", "certificate-authority-data": "YQ==" } },
      problem: "certificate-authority: it stands there twice",
    },
    { what: "it impersonates a user", parts: { user: { token: "a", as: "root" } }, problem: "as: " },
    { what: "it impersonates a uid", parts: { user: { token: "a", "as-uid": "0" } }, problem: "as: " },
    { what: "it impersonates a group", parts: { user: { token: "a", "as-groups": ["g"] } }, problem: "as: " },
    { what: "it impersonates more", parts: { user: { token: "a", "as-user-extra": { a: ["b"] } } }, problem: "as: " },
    {
      what: "it has its certificate twice",
      parts: { user: { "client-certificate": "a", "client-certificate-data": "YQ==", "client-key": "b" } },
      problem: "client-certificate: it stands there twice",
    },
    {
      what: "it has its key twice",
      parts: { user: { "client-certificate": "a", "client-key": "b", "client-key-data": "YQ==" } },
      problem: "client-key: it stands there twice",
    },
    {
      what: "its certificate has no key",
      parts: { user: { "client-certificate-data": "YQ==" } },
      problem: "client-certificate: its client-key is missing",
    },
    {
      what: "it has a token and a user's name",
      parts: { user: { token: "a", username: "ada" } },
      problem: "it has a token and a password",
    },
    { what: "it has a token and a password", parts: { user: { tokenFile: "a", password: "b" } }, problem: "it has a token and a password" },
    { what: "its user has no login", parts: { user: {} }, problem: "its user has no login" },
    {
      what: "it has a provider and a plugin",
      parts: { user: { ...plugin().user, "auth-provider": { name: "oidc" } } },
      problem: "auth-provider: an exec plugin stands beside it",
    },
    {
      what: "its provider is another than OpenID Connect",
      parts: { user: { "auth-provider": { name: "gcp" } } },
      problem: "auth-provider: kubectl has dropped these plugins",
    },
    { what: "its plugin has no command", parts: plugin({ command: null }), problem: "exec: its command is missing" },
    {
      what: "its plugin is of an older version",
      parts: plugin({ apiVersion: "client.authentication.k8s.io/v1alpha1" }),
      problem: "exec: its apiVersion is neither",
    },
    {
      what: "a variable of its plugin has no name",
      parts: plugin({ env: [{ name: "A", value: "b" }, { value: "b" }] }),
      problem: "exec: a variable of its env has no name",
    },
    {
      what: "its plugin does not say whether it asks",
      parts: plugin({ interactiveMode: null }),
      problem: "exec: its interactiveMode is missing",
    },
    { what: "its plugin always asks", parts: plugin({ interactiveMode: "Always" }), problem: "exec: its interactiveMode is Always" },
    {
      what: "its plugin asks in a way that is none",
      parts: plugin({ interactiveMode: "NeverEver" }),
      problem: "exec: its interactiveMode is none",
    },
    {
      what: "its plugin asks in another way that is none",
      parts: plugin({ interactiveMode: "AlmostNever" }),
      problem: "exec: its interactiveMode is none",
    },
    {
      what: "the file of its certificate has no key",
      parts: { user: { "client-certificate": "a", token: "b" } },
      problem: "client-certificate: its client-key is missing",
    },
  ])("$what", ({ parts, problem }) => {
    expect(problemOf(parts, false)).toEqual(expect.stringMatching(`^${problem}`));
  });

  test.each<{ what: string; parts: Parts }>([
    {
      what: "files in every place",
      parts: { cluster: { "certificate-authority": "a" }, user: { "client-certificate": "b", "client-key": "c" } },
    },
    { what: "a file beside the data of the other", parts: { user: { "client-certificate-data": "YQ==", "client-key": "c" } } },
    { what: "a token file", parts: { user: { tokenFile: "a" } } },
    { what: "a name and a password", parts: { user: { username: "ada", password: "b" } } },
    { what: "OpenID Connect", parts: { user: { "auth-provider": { name: "oidc" } } } },
    { what: "a plugin", parts: plugin({ env: [{ name: "A", value: "b" }] }) },
    { what: "a plugin that asks where it can", parts: plugin({ interactiveMode: "IfAvailable" }) },
    {
      what: "a plugin of v1beta1, which may leave out whether it asks",
      parts: plugin({ apiVersion: "client.authentication.k8s.io/v1beta1", interactiveMode: null }),
    },
    { what: "a proxy", parts: { cluster: { "proxy-url": "socks5://127.0.0.1:1080" } } },
    {
      what: "plain HTTP on this machine, to which no login goes",
      parts: { cluster: { server: "127.0.0.1:8001/https:", "insecure-skip-tls-verify": true }, user: {} },
    },
  ])("but it may hold $what", ({ parts }) => {
    expect(problemOf(parts, false)).toBeUndefined();
  });
});

describe("a kubeconfig", () => {
  test.each([
    { what: "is empty", document: null },
    {
      what: "has empty lists",
      document: { apiVersion: "v1", kind: "Config", clusters: null, users: null, contexts: [], "current-context": "" },
    },
  ])("that $what leads nowhere", ({ document }) => {
    const parsed = parseKubeconfig(document);
    if ("problem" in parsed) throw new Error(parsed.problem);
    expect(parsed).toEqual({ current: undefined, contexts: new Map(), clusters: new Map(), users: new Map() });
  });

  test.each([
    { document: { users: [{ name: "u" }, { name: "v" }, { name: "u" }] }, problem: "users[2]: another entry has this name" },
    { document: { contexts: [{}, {}] }, problem: "contexts[1]: another entry has this name" },
    { document: { apiVersion: "v2" }, problem: "apiVersion: this is no kubeconfig: apiVersion v1 and kind Config are expected" },
    {
      document: { clusters: [{ name: "c", cluster: { "certificate-authority-data": "canary!" } }] },
      problem: "clusters[0].cluster.certificate-authority-data: base64 is expected here",
    },
    {
      document: { users: [{ name: "u", user: { "client-key-data": "YQ" } }] },
      problem: "users[0].user.client-key-data: base64 is expected here",
    },
  ])("$document is refused: $problem", ({ document, problem }) => {
    expect(parseKubeconfig(document)).toEqual({ problem });
  });

  test("has an entry without a name under none", () => {
    const parsed = aKubeconfig({ more: { users: [{ user: { token: "a" } }] } });
    expect([...parsed.users.keys()]).toEqual([""]);
  });

  test("may have its data in base64 of several lines", () => {
    const { clusters } = aKubeconfig({ cluster: { "certificate-authority-data": "YWJj\r\nYWJj\nYQ==" } });
    expect(clusters.get("c")?.["certificate-authority-data"]).toContain("YQ==");
  });

  test.each<{ what: string; more: object; problem: string }>([
    { what: "no cluster", more: { clusters: [] }, problem: "it has no cluster for its current context" },
    { what: "a cluster without a server", more: { clusters: [{ name: "c" }] }, problem: "it has no server for its current context" },
    { what: "no user", more: { users: [] }, problem: "it has no user for its current context" },
    { what: "an empty context", more: { contexts: [{ name: "prod" }] }, problem: "it has no cluster for its current context" },
  ])("whose context leads to $what says so", ({ more, problem }) => {
    expect(selectContext(aKubeconfig({ more }), undefined)).toEqual({ problem });
  });

  test("whose context names no user has one without a login", () => {
    const found = selectContext(aKubeconfig({ context: { user: null } }), undefined);
    expect(found).toMatchObject({ context: "prod", user: { "as-groups": [] } });
    expect(problemOf({ context: { user: null } }, false)).toMatch(/^its user has no login/);
  });

  test("has an empty plugin's words and variables as none", () => {
    const { users } = aKubeconfig({ user: { exec: { command: "a" } } });
    expect(users.get("u")?.exec).toMatchObject({ args: [], env: [], provideClusterInfo: false });
  });
});
