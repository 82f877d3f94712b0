// Holds the recognition of kubeconfig Secrets to the conventions of each provider.

import { describe, expect, test } from "vitest";
import { kubeconfigSecret } from "../../functions/discover/secret-shapes.ts";

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
