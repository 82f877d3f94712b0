// Holds remote kubeconfigs to embedded credentials, because their authors could run programs otherwise.

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
    what: "its certificate authority, without unknown fields",
    document: aKubeconfig({ cluster: { "certificate-authority-data": "c", extensions: [] }, user: { ...TOKEN, color: "blue" } }),
    expected: carried({ ...SERVER, "certificate-authority-data": "c" }, TOKEN),
  },
  { what: "a cluster without a user", document: aKubeconfig({ context: { user: "missing" } }), expected: carried(SERVER, {}) },
  {
    what: "one context, without the users of others",
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
])("a remote kubeconfig is reduced to $what", ({ document, expected }) => {
  expect(parseEmbeddedKubeconfig(document, undefined)).toEqual(expected);
  expect(parseEmbeddedKubeconfig(document, "prod")).toEqual(expected);
});

test.each([
  { context: undefined, current: "gone", problem: "its current context is not in it" },
  { context: "gone", current: "prod", problem: "the context gone is not in it" },
  { context: undefined, current: 7, problem: "it names no current context" },
  { context: undefined, current: undefined, problem: "it names no current context" },
])("the context $context of a remote kubeconfig whose current one is $current is told of: $problem", ({ context, current, problem }) => {
  expect(parseEmbeddedKubeconfig(aKubeconfig({ more: { "current-context": current } }), context)).toEqual({ problem });
});

describe("a remote kubeconfig cannot", () => {
  const NO_PROGRAMS = "a remote kubeconfig runs no program here: use a token or a client certificate";
  const NO_FILES = "a remote kubeconfig reads no file here: embed the data itself";
  test.each([
    { do: "run an exec plugin", document: aKubeconfig({ user: { exec: { command: "aws" } } }), problem: `exec: ${NO_PROGRAMS}` },
    {
      do: "run a legacy auth provider",
      document: aKubeconfig({ user: { "auth-provider": { name: "gcp" } } }),
      problem: `auth-provider: ${NO_PROGRAMS}`,
    },
    { do: "read a token file", document: aKubeconfig({ user: { tokenFile: "/etc/passwd" } }), problem: `tokenFile: ${NO_FILES}` },
    {
      do: "read a token file, as client libraries spell it",
      document: aKubeconfig({ user: { "token-file": "/etc/passwd" } }),
      problem: `token-file: ${NO_FILES}`,
    },
    {
      do: "read a certificate file",
      document: aKubeconfig({ user: { "client-certificate": "a" } }),
      problem: `client-certificate: ${NO_FILES}`,
    },
    { do: "read a key file", document: aKubeconfig({ user: { "client-key": "a" } }), problem: `client-key: ${NO_FILES}` },
    {
      do: "read a file of certificate authorities",
      document: aKubeconfig({ cluster: { "certificate-authority": "a" } }),
      problem: `certificate-authority: ${NO_FILES}`,
    },
  ])("$do", ({ document, problem }) => {
    expect(parseEmbeddedKubeconfig(document, undefined)).toEqual({ problem });
  });
});

describe("a remote kubeconfig is unusable", () => {
  test.each([
    { when: "it is a string", document: "canary", problem: "it names no current context" },
    { when: "it is undefined", document: undefined, problem: "it names no current context" },
    {
      when: "it names no current context",
      document: aKubeconfig({ more: { "current-context": undefined } }),
      problem: "it names no current context",
    },
    {
      when: "its current context is missing",
      document: aKubeconfig({ more: { contexts: [] } }),
      problem: "its current context is not in it",
    },
    { when: "its contexts are not a list", document: aKubeconfig({ more: { contexts: {} } }), problem: "its current context is not in it" },
    {
      when: "its cluster is missing",
      document: aKubeconfig({ context: { cluster: "x" } }),
      problem: "it has no cluster for its current context",
    },
  ])("when $when", ({ document, problem }) => {
    expect(parseEmbeddedKubeconfig(document, undefined)).toEqual({ problem });
  });
});
