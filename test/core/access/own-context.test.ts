// Holds the choice of a context to where it leads: a name proves nothing, and two clusters are never confused.

import { describe, expect, test } from "vitest";
import { parseKubeconfig } from "../../../functions/core/access/kubeconfig.ts";
import { contextFor, type Whereabouts } from "../../../functions/core/access/own-context.ts";

const EKS = "https://ABC.gr7.eu-central-1.eks.amazonaws.com";
const OTHER_EKS = "https://DEF.gr7.eu-central-1.eks.amazonaws.com";
const arn = (account: string, name = "prod", region = "eu-central-1") => `arn:aws:eks:${region}:${account}:cluster/${name}`;

/** The context that is chosen of these: by name, the server and the name of its cluster. */
function chosen(contexts: Readonly<Record<string, readonly [server: string, cluster?: string]>>, where: Whereabouts, current?: string) {
  const entries = Object.entries(contexts);
  const config = parseKubeconfig({
    "current-context": current,
    contexts: entries.map(([name, [, cluster = name]]) => ({ name, context: { cluster, user: "u" } })),
    clusters: [...new Map(entries.map(([name, [server, cluster = name]]) => [cluster, { name: cluster, cluster: { server } }])).values()],
    users: [{ name: "u", user: { token: "canary" } }],
  });
  if ("problem" in config) throw new Error(config.problem);
  const found = contextFor(config, "prod-eu", where);
  return "problem" in found ? found.problem : found.context;
}

const eks = (more: object = {}): Whereabouts => ({ eks: { name: "prod", region: "eu-central-1", ...more } });
const role = (account: string) => ({ roleArn: `arn:aws:iam::${account}:role/alertstatus` });

describe("a context leads to a server", () => {
  const server = "https://rancher.example/k8s/clusters/prod";
  test.each<{ of: string; contexts: Parameters<typeof chosen>[0]; current?: string; expected: unknown }>([
    { of: "the same path", contexts: { a: ["https://rancher.example/k8s/clusters/dev"], b: [server] }, expected: "b" },
    { of: "another spelling", contexts: { b: ["https://RANCHER.example:443/k8s/clusters/prod/"] }, expected: "b" },
    { of: "the same path, with slashes behind it", contexts: { b: [`${server}//`] }, expected: "b" },
    { of: "the current one of two", contexts: { a: [server, "c"], b: [server, "c"] }, current: "b", expected: "b" },
    { of: "the first of two", contexts: { a: [server, "c"], b: [server, "d"] }, current: "x", expected: "a" },
    {
      of: "another path",
      contexts: { "prod-eu": ["https://rancher.example/k8s/clusters/dev"] },
      expected: `no context for prod-eu: none leads to ${server}`,
    },
    {
      of: "another port",
      contexts: { "prod-eu": ["https://rancher.example:8443/k8s/clusters/prod"] },
      expected: expect.stringMatching(/^no context/),
    },
    {
      of: "another scheme",
      contexts: { "prod-eu": ["http://rancher.example/k8s/clusters/prod"] },
      expected: expect.stringMatching(/^no context/),
    },
  ])("$of: $expected", ({ contexts, current, expected }) => {
    expect(chosen(contexts, { server }, current)).toEqual(expected);
  });
});

test.each<{ where: Whereabouts; to: string }>([
  { where: { server: "https://api.example" }, to: "https://api.example" },
  { where: eks(), to: "prod of Amazon EKS in eu-central-1" },
])("a context that leads nowhere does not lead to $to", ({ where, to }) => {
  const config = parseKubeconfig({
    contexts: [{ name: "a" }, { name: "b", context: { cluster: "gone" } }, { name: "c", context: { cluster: "c" } }],
    clusters: [{ name: "c" }],
  });
  if ("problem" in config) throw new Error(config.problem);
  expect(contextFor(config, "prod-eu", where)).toEqual({ problem: `no context for prod-eu: none leads to ${to}` });
});

describe("a context leads to a cluster of Amazon EKS", () => {
  test.each<{ by: string; contexts: Parameters<typeof chosen>[0]; where: Whereabouts; current?: string; expected: unknown }>([
    { by: "its ARN", contexts: { a: [EKS, arn("111122223333")] }, where: eks(), expected: "a" },
    {
      by: "its ARN in the account of the role",
      contexts: { a: [OTHER_EKS, arn("444455556666")], b: [EKS, arn("111122223333")] },
      where: eks(role("111122223333")),
      current: "a",
      expected: "b",
    },
    { by: "the name that eksctl gives it", contexts: { a: [EKS, "prod.eu-central-1.eksctl.io"] }, where: eks(), expected: "a" },
    { by: "its server", contexts: { a: [EKS, "whatever"] }, where: eks({ server: EKS }), expected: "a" },
    {
      by: "its ARN, beside another server than the fleet names",
      contexts: { a: [OTHER_EKS, arn("111122223333")] },
      where: eks({ server: EKS }),
      expected: expect.stringMatching(/^no context/),
    },
    {
      by: "a name that no tool gives it",
      contexts: { a: [EKS, "whatever"] },
      where: eks(),
      expected: expect.stringMatching(/^no context/),
    },
    {
      by: "an ARN of another account",
      contexts: { a: [EKS, arn("444455556666")] },
      where: eks(role("111122223333")),
      expected: "no context for prod-eu: none leads to prod of Amazon EKS in eu-central-1 of the account 111122223333",
    },
    {
      by: "an ARN of another region",
      contexts: { a: [EKS, arn("111122223333", "prod", "us-east-1")] },
      where: eks(),
      expected: expect.stringMatching(/^no context/),
    },
    {
      by: "an ARN of another name",
      contexts: { a: [EKS, arn("111122223333", "x-prod")] },
      where: eks(),
      expected: expect.stringMatching(/^no context/),
    },
    {
      by: "an ARN of a server that is not of EKS",
      contexts: { a: ["https://evil.example", arn("111122223333")] },
      where: eks(),
      expected: expect.stringMatching(/^no context/),
    },
    {
      by: "an ARN of a server that is no URL",
      contexts: { a: ["not a server", arn("111122223333")] },
      where: eks(),
      expected: "no context for prod-eu: none leads to prod of Amazon EKS in eu-central-1",
    },
    {
      by: "a name without an account, beside a role",
      contexts: { a: [EKS, "prod.eu-central-1.eksctl.io"] },
      where: eks(role("111122223333")),
      expected: expect.stringMatching(/^no context/),
    },
    {
      by: "two ARNs of two accounts, whichever is current",
      contexts: { a: [EKS, arn("111122223333")], b: [OTHER_EKS, arn("444455556666")] },
      where: eks(),
      current: "b",
      expected: expect.stringMatching(/^several clusters could be prod-eu: b \(.*def.*\), a \(.*abc.*\): name the server or the roleArn/),
    },
  ])("$by: $expected", ({ contexts, where, current, expected }) => {
    expect(chosen(contexts, where, current)).toEqual(expected);
  });
});
