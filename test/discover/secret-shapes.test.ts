// Holds the recognition of kubeconfig Secrets to the conventions of each provider.

import { describe, expect, test } from "vitest";
import { isKubeconfigLike, kubeconfigSecret, shapeOf } from "../../functions/discover/secret-shapes.ts";

type Parts = { name: string; keys?: readonly string[]; labels?: Readonly<Record<string, string>> };
const capi = (cluster: string) => ({ "cluster.x-k8s.io/cluster-name": cluster });
const read = ({ name, keys = ["value"], labels = {} }: Parts) => kubeconfigSecret({ name, keys, labels });

describe("a secret leads to a cluster by the convention of", () => {
  const region = "eu-central-1";
  test.each<{ provider: string; secret: Parts; expected: object }>([
    {
      provider: "Cluster API",
      secret: { name: "prod-kubeconfig", labels: capi("prod") },
      expected: { cluster: "prod", key: "value", labels: {} },
    },
    { provider: "Kyma", secret: { name: "kubeconfig-5f1d", keys: ["config"] }, expected: { cluster: "5f1d", key: "config", labels: {} } },
    {
      provider: "Kyma, with the labels of the cluster",
      secret: {
        name: "kubeconfig-5f1d",
        keys: ["config"],
        labels: { "kyma-project.io/region": region, "kyma-project.io/shoot-name": "c-1", "kyma-project.io/global-account-id": "g" },
      },
      expected: { cluster: "5f1d", key: "config", labels: { region, shoot: "c-1" } },
    },
    {
      provider: "Gardener",
      secret: { name: "prod.kubeconfig", keys: ["kubeconfig", "token"] },
      expected: { cluster: "prod", key: "kubeconfig", labels: {} },
    },
    {
      provider: "Kamaji",
      secret: { name: "prod-admin-kubeconfig", keys: ["admin.conf", "admin.svc", "super-admin.conf"] },
      expected: { cluster: "prod", key: "admin.conf", labels: {} },
    },
    {
      provider: "HyperShift",
      secret: { name: "prod-admin-kubeconfig", keys: ["kubeconfig"] },
      expected: { cluster: "prod", key: "kubeconfig", labels: {} },
    },
    {
      provider: "Sveltos",
      secret: { name: "prod-sveltos-kubeconfig", keys: ["kubeconfig"] },
      expected: { cluster: "prod", key: "kubeconfig", labels: {} },
    },
    {
      provider: "Sveltos, with a token that it renews",
      secret: { name: "prod-sveltos-kubeconfig", keys: ["kubeconfig", "re-kubeconfig"] },
      expected: { cluster: "prod", key: "re-kubeconfig", labels: {} },
    },
    {
      provider: "k3k",
      secret: { name: "k3k-prod-kubeconfig", keys: ["kubeconfig.yaml"] },
      expected: { cluster: "prod", key: "kubeconfig.yaml", labels: {} },
    },
    {
      provider: "vCluster",
      secret: { name: "vc-prod", keys: ["config", "certificate-authority", "client-certificate", "client-key"] },
      expected: { cluster: "prod", key: "config", labels: {} },
    },
  ])("$provider", ({ secret, expected }) => {
    expect(read(secret)).toEqual(expected);
  });
});

describe("a secret leads to no cluster", () => {
  test.each<{ where: string; secret: Parts }>([
    { where: "of another name", secret: { name: "prod", labels: capi("prod") } },
    { where: "without the label of Cluster API", secret: { name: "prod-kubeconfig" } },
    { where: "that is meant for the users of a cluster", secret: { name: "prod-user-kubeconfig", labels: capi("prod") } },
    { where: "without a kubeconfig", secret: { name: "kubeconfig-5f1d", keys: ["token"] } },
    { where: "with the key of another provider", secret: { name: "prod.kubeconfig", keys: ["config"] } },
    { where: "with a name that is no DNS subdomain", secret: { name: "kubeconfig-$(reboot)", keys: ["config"] } },
  ])("$where", ({ secret }) => {
    expect(read(secret)).toBeUndefined();
  });
});

test.each([
  { pattern: "prod-*-access", key: "conf", secret: { name: "prod-eu-access", keys: ["conf"] }, cluster: "eu" },
  { pattern: "*", key: "kubeconfig", secret: { name: "eu", keys: ["kubeconfig"] }, cluster: "eu" },
  { pattern: "a.*", key: "kubeconfig", secret: { name: "abc", keys: ["kubeconfig"] }, cluster: undefined },
  { pattern: "prod-*", key: "conf", secret: { name: "prod-eu", keys: ["kubeconfig"] }, cluster: undefined },
])("secrets named $pattern with the key $key lead $secret to $cluster", ({ pattern, key, secret, cluster }) => {
  expect(kubeconfigSecret({ ...secret, labels: {} }, [shapeOf(pattern, key)])?.cluster).toBe(cluster);
});

test.each([
  ["clusters: []\ncontexts: []\nusers: []\n", true],
  [JSON.stringify({ users: [], contexts: [], clusters: [] }), true],
  ["clusters:\n- name: a\n", false],
  ["superusers: 1\ncontexts: 1\nclusters: 1", false],
  ["", false],
])("%j looks like a kubeconfig: %s", (text, is) => {
  expect(isKubeconfigLike(text)).toBe(is);
});
