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
  expect(merged.users.get("u")?.username).toBe("ada");
  expect(merged.users.get("u")?.token).toBeUndefined();
});

test.each([
  ["https://api.example:6443", "https://api.example:6443"],
  ["127.0.0.1:8001", "http://127.0.0.1:8001"],
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
