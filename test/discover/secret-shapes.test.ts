import { describe, expect, test } from "vitest";
import { kubeconfigSecret } from "../../functions/discover/secret-shapes.ts";

type Parts = { name: string; keys?: readonly string[]; labels?: Readonly<Record<string, string>> };
const capi = (cluster: string) => ({ "cluster.x-k8s.io/cluster-name": cluster });
const read = ({ name, keys = ["value"], labels = {} }: Parts) => kubeconfigSecret({ name, keys, labels });

describe("the secret leads to a cluster, as kept by", () => {
  const region = "eu-central-1";
  test.each<{ whom: string; secret: Parts; expected: object }>([
    {
      whom: "Cluster API",
      secret: { name: "prod-kubeconfig", labels: capi("prod") },
      expected: { cluster: "prod", key: "value", labels: {} },
    },
    { whom: "Kyma", secret: { name: "kubeconfig-5f1d", keys: ["config"] }, expected: { cluster: "5f1d", key: "config", labels: {} } },
    {
      whom: "Kyma, with what it says of the cluster",
      secret: {
        name: "kubeconfig-5f1d",
        keys: ["config"],
        labels: { "kyma-project.io/region": region, "kyma-project.io/shoot-name": "c-1", "kyma-project.io/global-account-id": "g" },
      },
      expected: { cluster: "5f1d", key: "config", labels: { region, shoot: "c-1" } },
    },
    {
      whom: "Gardener",
      secret: { name: "prod.kubeconfig", keys: ["kubeconfig", "token"] },
      expected: { cluster: "prod", key: "kubeconfig", labels: {} },
    },
  ])("$whom", ({ secret, expected }) => {
    expect(read(secret)).toEqual(expected);
  });
});

describe("the secret leads nowhere", () => {
  test.each<{ where: string; secret: Parts }>([
    { where: "of another name", secret: { name: "prod", labels: capi("prod") } },
    { where: "without the label of Cluster API", secret: { name: "prod-kubeconfig" } },
    { where: "for the users of a cluster", secret: { name: "prod-user-kubeconfig", labels: capi("prod") } },
    { where: "without a kubeconfig", secret: { name: "kubeconfig-5f1d", keys: ["token"] } },
    { where: "of another's key", secret: { name: "prod.kubeconfig", keys: ["config"] } },
    { where: "of a name that no cluster has", secret: { name: "kubeconfig-$(reboot)", keys: ["config"] } },
  ])("$where", ({ secret }) => {
    expect(read(secret)).toBeUndefined();
  });
});
