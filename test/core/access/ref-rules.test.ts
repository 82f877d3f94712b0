// Holds a fleet to the references that its origin allows, and keeps the receiver's secret out of every fleet.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { Ref } from "../../../functions/core/access/ref.ts";
import { aCluster, aFleet, aProfile, parseInWords, SERVICE } from "../fleet/fleet-documents.ts";

const env = { env: "TOKEN" };
const stored = { ssm: "/token" };
const server = "https://api.example";
const url = "https://prometheus.example";
const entry = (kubernetes: object, alerts: object = SERVICE) => aFleet(aCluster({ kubernetes, alerts }));
const remote = (document: unknown) => parseInWords(document, { isRemote: true });

describe("a remote fleet may not refer to the environment or the files of this machine", () => {
  const NO_LOCAL_REFS =
    "a fleet from s3: or ssm: may use {ssm: …} and {secret: …} only, not the environment and the files of this machine: put what they hold into the Parameter Store, below /alertstatus/<stage>/";
  const inside = { kubernetes: { server } };
  test.each([
    { place: "kubernetes.ca", document: entry({ server, ca: { file: "ca.pem" } }) },
    { place: "kubernetes.auth.token", document: entry({ server, auth: { token: env } }) },
    { place: "kubernetes.auth.key", document: entry({ server, auth: { certificate: stored, key: env } }) },
    { place: "kubernetes.auth.certificate", document: entry({ server, auth: { certificate: env, key: stored } }) },
    { place: "kubernetes.eks.ca", document: entry({ eks: { name: "a", region: "eu-west-1", ca: { file: "ca.pem" } } }) },
    { place: "kubernetes.kubeconfig", document: entry({ kubeconfig: { file: "~/.kube/config", context: "a" } }) },
    { place: "alerts.ca", document: entry({ server }, { url, ca: { file: "ca.pem" } }) },
    { place: "alerts.auth.bearer", document: entry({ server }, { url, auth: { bearer: env } }) },
    { place: "alerts.auth.basic.password", document: entry({ server }, { url, auth: { basic: { username: "u", password: env } } }) },
    { place: "alerts.headers.X-Api-Key", document: entry({ server }, { url, headers: { "X-Api-Key": env } }) },
    { place: "alerts.headers.headers", document: entry({ server }, { url, headers: { headers: env } }) },
    { place: "alerts[1].auth.bearer", document: entry({ server }, [SERVICE, { url, auth: { bearer: env } }]) },
  ])("at $place", ({ place, document }) => {
    expect(remote(document)).toMatchObject({ clusters: [], wrong: [{ problems: [`clusters[0].${place}: ${NO_LOCAL_REFS}`] }] });
    expect(parseInWords(document).wrong).toEqual([]);
  });

  test("in its defaults", () => {
    const { kubernetes: _, ...bare } = aCluster();
    const fleet = remote({ defaults: { kubernetes: { server, ca: env } }, clusters: [bare, aCluster({ name: "own", ...inside })] });
    expect(fleet).toMatchObject({ clusters: [{ name: "own" }], problems: [`defaults.kubernetes.ca: ${NO_LOCAL_REFS}`] });
    expect(fleet.wrong).toMatchObject([{ problems: [`defaults.kubernetes.ca: ${NO_LOCAL_REFS}`] }]);
  });

  test("in a profile of its own", () => {
    const profiles = { mine: aProfile({ alerts: { url, auth: { bearer: env } } }) };
    const fleet = remote({ ...aFleet(aCluster({ ...inside, profiles: ["mine"] })), profiles });
    expect(fleet.wrong).toMatchObject([{ problems: [`profiles.mine.alerts.auth.bearer: ${NO_LOCAL_REFS}`] }]);
  });

  test("at any place that the example shows", () => {
    const document: unknown = parse(readFileSync(join(import.meta.dirname, "../../../infra/fleet.example.yml"), "utf8"));
    const problems = remote(document).wrong.flatMap((entry) => entry.problems);
    expect(problems).toHaveLength(JSON.stringify(document).match(/"(env|file)":/g)!.length);
  });

  test.each([
    { what: "a parameter reference", document: entry({ server, auth: { token: stored } }) },
    { what: "a secret reference", document: entry({ server, auth: { token: { secret: "a", key: "b" } } }) },
    { what: "a kubeconfig in a parameter", document: entry({ kubeconfig: { ssm: "/a", context: "b" } }) },
    { what: "an EKS cluster", document: entry({ eks: { name: "a", region: "eu-west-1" } }) },
    {
      what: "labels with the names of references",
      document: entry({ server }, { ...SERVICE, labels: { env: "prod", file: "a", key: "b" } }),
    },
    { what: "a plain header with the name of a reference", document: entry({ server }, { url, headers: { env: "prod" } }) },
  ])("but may hold $what", ({ document }) => {
    expect(remote(document).wrong).toEqual([]);
  });
});

describe("the receiver's own secret", () => {
  const arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:alertstatus-AbCdEf";
  const problemsOf = (receiverSecret: Ref, token: Ref) => parseInWords(entry({ server, auth: { token } }), { receiverSecret }).wrong;
  test.each<{ receiverSecret: Ref; token: Ref }>([
    { receiverSecret: { ssm: "/alertstatus/prod/receiver" }, token: { ssm: "/alertstatus/prod/receiver" } },
    { receiverSecret: { ssm: "/receiver" }, token: { ssm: "receiver" } },
    { receiverSecret: { ssm: "/receiver" }, token: { ssm: "/receiver:3" } },
    { receiverSecret: { ssm: "/receiver" }, token: { ssm: "/receiver:stable" } },
    { receiverSecret: { ssm: "/receiver" }, token: { ssm: "arn:aws:ssm:eu-central-1:123456789012:parameter/receiver" } },
    { receiverSecret: { secret: "alertstatus" }, token: { secret: "alertstatus" } },
    { receiverSecret: { secret: "alertstatus", key: "receiver" }, token: { secret: "alertstatus", key: "receiver" } },
    { receiverSecret: { secret: "alertstatus", key: "receiver" }, token: { secret: "alertstatus" } },
    { receiverSecret: { secret: "alertstatus" }, token: { secret: "alertstatus", key: "token" } },
    { receiverSecret: { secret: "alertstatus" }, token: { secret: arn } },
    { receiverSecret: { secret: arn }, token: { secret: "alertstatus-AbCdEf" } },
    { receiverSecret: { env: "RECEIVER" }, token: { env: "RECEIVER" } },
    { receiverSecret: { file: "receiver" }, token: { file: "receiver" } },
  ])("of $receiverSecret is refused as the token $token of a cluster", ({ receiverSecret, token }) => {
    const problem = "clusters[0].kubernetes.auth.token: this is the receiver's own secret, which is never sent to a server";
    expect(problemsOf(receiverSecret, token)).toMatchObject([{ problems: [problem] }]);
  });

  test.each<{ receiverSecret: Ref; token: Ref }>([
    { receiverSecret: { ssm: "/receiver" }, token: { ssm: "/receiver/token" } },
    { receiverSecret: { ssm: "/receiver" }, token: { secret: "/receiver" } },
    { receiverSecret: { secret: "alertstatus", key: "receiver" }, token: { secret: "alertstatus", key: "token" } },
    { receiverSecret: { secret: "alertstatus" }, token: { secret: "alertstatus-AbCdEf" } },
    { receiverSecret: { env: "RECEIVER" }, token: { file: "RECEIVER" } },
    { receiverSecret: { file: "RECEIVER" }, token: { env: "RECEIVER" } },
    { receiverSecret: { env: "RECEIVER" }, token: { env: "TOKEN" } },
    { receiverSecret: { file: "receiver" }, token: { file: "token" } },
    { receiverSecret: { file: "receiver" }, token: { ssm: "/receiver" } },
    { receiverSecret: { ssm: "areceiver" }, token: { ssm: "a/receiver" } },
    { receiverSecret: { ssm: "/a/receiver" }, token: { ssm: "a/receiver/b" } },
    { receiverSecret: { ssm: "/a/receiver" }, token: { ssm: "/aarn:aws:ssm:eu-central-1:123456789012:parameter/receiver" } },
    { receiverSecret: { secret: "alertstatus" }, token: { secret: "aarn:aws:secretsmanager:eu-central-1:123456789012:secret:lertstatus" } },
    { receiverSecret: { secret: "alertstatus/token" }, token: { secret: arn.replace("-AbCdEf", "-AbCdEf/token") } },
  ])("of $receiverSecret does not forbid the token $token", ({ receiverSecret, token }) => {
    expect(problemsOf(receiverSecret, token)).toEqual([]);
  });
});
