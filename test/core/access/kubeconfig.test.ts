import { describe, expect, test } from "vitest";
import { parseEmbeddedKubeconfig } from "../../../functions/core/access/kubeconfig.ts";

type Parts = { cluster?: object; user?: object; context?: object; more?: object };

const SERVER = { server: "https://api.example" };
const TOKEN = { token: "canary" };

function aKubeconfig({ cluster = {}, user = TOKEN, context = {}, more = {} }: Parts = {}): object {
  return {
    contexts: [{ name: "prod", context: { cluster: "c", user: "u", ...context } }],
    clusters: [{ name: "c", cluster: { ...SERVER, ...cluster } }],
    users: [{ name: "u", user }],
    "current-context": "prod",
    ...more,
  };
}

const carried = (cluster: object, user: object) => ({
  document: {
    clusters: [{ name: "prod", cluster }],
    users: [{ name: "prod", user }],
    contexts: [{ name: "prod", context: { cluster: "prod", user: "prod" } }],
    "current-context": "prod",
  },
});

const data = { "client-certificate-data": "a", "client-key-data": "b" };

test.each([
  { what: "a token", document: aKubeconfig(), expected: carried(SERVER, TOKEN) },
  { what: "a client certificate", document: aKubeconfig({ user: data }), expected: carried(SERVER, data) },
  {
    what: "its authority, and nothing that it does not need",
    document: aKubeconfig({ cluster: { "certificate-authority-data": "c", extensions: [] }, user: { ...TOKEN, colour: "blue" } }),
    expected: carried({ ...SERVER, "certificate-authority-data": "c" }, TOKEN),
  },
  { what: "nobody", document: aKubeconfig({ context: { user: "nobody" } }), expected: carried(SERVER, {}) },
  {
    what: "one context, whatever the others would do",
    document: aKubeconfig({
      more: {
        users: [
          { name: "other", user: { exec: { command: "sh" } } },
          { name: "u", user: TOKEN },
        ],
      },
    }),
    expected: carried(SERVER, TOKEN),
  },
])("a kubeconfig that is kept elsewhere carries $what", ({ document, expected }) => {
  expect(parseEmbeddedKubeconfig(document, undefined)).toEqual(expected);
  expect(parseEmbeddedKubeconfig(document, "prod")).toEqual(expected);
});

describe("it does not", () => {
  const RUNS = "a kubeconfig that is kept elsewhere runs no program here, use a token or a client certificate";
  const READS = "a kubeconfig that is kept elsewhere reads no file here, put the data itself into it";
  test.each([
    { do: "run a plugin", document: aKubeconfig({ user: { exec: { command: "aws" } } }), told: `exec: ${RUNS}` },
    { do: "run an old plugin", document: aKubeconfig({ user: { "auth-provider": { name: "gcp" } } }), told: `auth-provider: ${RUNS}` },
    { do: "read a token", document: aKubeconfig({ user: { tokenFile: "/etc/passwd" } }), told: `tokenFile: ${READS}` },
    {
      do: "read a token, as a library spells it",
      document: aKubeconfig({ user: { "token-file": "/etc/passwd" } }),
      told: `token-file: ${READS}`,
    },
    { do: "read a certificate", document: aKubeconfig({ user: { "client-certificate": "a" } }), told: `client-certificate: ${READS}` },
    { do: "read a key", document: aKubeconfig({ user: { "client-key": "a" } }), told: `client-key: ${READS}` },
    {
      do: "read an authority",
      document: aKubeconfig({ cluster: { "certificate-authority": "a" } }),
      told: `certificate-authority: ${READS}`,
    },
  ])("$do", ({ document, told }) => {
    expect(parseEmbeddedKubeconfig(document, undefined)).toEqual({ problem: told });
  });
});

describe("it is of no use", () => {
  test.each([
    { when: "it is text", document: "canary", told: "it names no current context" },
    { when: "it is empty", document: undefined, told: "it names no current context" },
    { when: "nothing is current", document: aKubeconfig({ more: { "current-context": undefined } }), told: "it names no current context" },
    { when: "the context is not there", document: aKubeconfig({ more: { contexts: [] } }), told: "its current context is not in it" },
    { when: "its contexts are no list", document: aKubeconfig({ more: { contexts: {} } }), told: "its current context is not in it" },
    {
      when: "the cluster is not there",
      document: aKubeconfig({ context: { cluster: "x" } }),
      told: "it has no cluster for its current context",
    },
  ])("when $when", ({ document, told }) => {
    expect(parseEmbeddedKubeconfig(document, undefined)).toEqual({ problem: told });
  });
});
