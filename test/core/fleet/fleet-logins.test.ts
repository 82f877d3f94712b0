import { describe, expect, test } from "vitest";
import { parseRef } from "../../../functions/core/access/ref.ts";
import { ConfigError } from "../../../functions/core/errors.ts";
import { parseFleet } from "../../../functions/core/fleet/fleet.ts";
import { aCluster, aFleet, problemsIn } from "./fleet-documents.ts";

const ROLE = "arn:aws:iam::123456789012:role/alertstatus-prod-eu-1";
const CA_DATA = btoa("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
const SERVER = "https://api.example:6443";
const eks = { name: "prod", region: "eu-central-1" };
const secret = { secret: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:prod/eu-1-AbCdEf", key: "token" };

describe("the way into a cluster", () => {
  test.each([
    { by: "a cluster of EKS", kubernetes: { eks } },
    { by: "a cluster of EKS under a role", kubernetes: { eks: { ...eks, roleArn: ROLE } } },
    { by: "a cluster of EKS of another partition", kubernetes: { eks: { ...eks, roleArn: ROLE.replace("aws", "aws-us-gov") } } },
    { by: "a cluster of EKS whose place is known", kubernetes: { eks: { ...eks, server: SERVER, ca: CA_DATA } } },
    { by: "a cluster of EKS whose CA is kept elsewhere", kubernetes: { eks: { ...eks, server: SERVER, ca: { ssm: "/ca" } } } },
    { by: "a web identity", kubernetes: { server: SERVER, auth: { webIdentity: { audience: "prod", region: "us-gov-west-1" } } } },
    { by: "a token of the Parameter Store", kubernetes: { server: SERVER, auth: { token: { ssm: "/alertstatus/prod/clusters/prod" } } } },
    { by: "a token of the Secrets Manager", kubernetes: { server: SERVER, auth: { token: secret } } },
    {
      by: "a certificate of both",
      kubernetes: { server: SERVER, auth: { certificate: { ssm: "/crt" }, key: { secret: "tls", key: "key" } } },
    },
    { by: "a kubeconfig of the Parameter Store", kubernetes: { kubeconfig: { ssm: "/kubeconfig", context: "prod" } } },
    { by: "a kubeconfig of the Secrets Manager", kubernetes: { kubeconfig: { ...secret, context: "prod" } } },
  ])("may be by $by", ({ kubernetes }) => {
    expect(parseFleet(aFleet(aCluster({ kubernetes }))).clusters).toMatchObject([{ kubernetes }]);
  });

  const place = "clusters[0].kubernetes";
  const WAYS = "one way in is expected: {kubeconfig: {file, context}}, {eks: {name, region}} or {server, ca, auth}";
  const LOGINS = "one login is expected: {token: …}, {webIdentity: {audience}} or {certificate: …, key: …}";
  test.each([
    { what: "EKS without a region", kubernetes: { eks: { name: "prod" } }, told: `${place}.eks.region: ` },
    {
      what: "EKS in a region that is a host",
      kubernetes: { eks: { ...eks, region: "evil.example/" } },
      told: `${place}.eks.region: an AWS region`,
    },
    {
      what: "EKS by a name that is a path",
      kubernetes: { eks: { ...eks, name: "../prod" } },
      told: `${place}.eks.name: the name of an EKS cluster`,
    },
    {
      what: "EKS under a user",
      kubernetes: { eks: { ...eks, roleArn: ROLE.replace("role", "user") } },
      told: `${place}.eks.roleArn: the ARN of an IAM role`,
    },
    {
      what: "EKS under any role",
      kubernetes: { eks: { ...eks, roleArn: ROLE.replace(/[^/]*$/, "*") } },
      told: `${place}.eks.roleArn: the ARN of an IAM role`,
    },
    {
      what: "EKS over plain http",
      kubernetes: { eks: { ...eks, server: "http://api.example" } },
      told: `${place}.eks.server: https: is needed here`,
    },
    {
      what: "EKS with a CA that is none",
      kubernetes: { eks: { ...eks, ca: "canary" } },
      told: `${place}.eks.ca: a reference is expected, or the base64 text of certificateAuthority.data`,
    },
    {
      what: "EKS with a field too many",
      kubernetes: { eks: { ...eks, profile: "prod" } },
      told: `${place}.eks: there is no field profile`,
    },
    { what: "EKS and a server", kubernetes: { eks, server: SERVER }, told: `${place}: ${WAYS}` },
    {
      what: "a web identity for nobody",
      kubernetes: { server: SERVER, auth: { webIdentity: {} } },
      told: `${place}.auth.webIdentity.audience: `,
    },
    {
      what: "a web identity and a token",
      kubernetes: { server: SERVER, auth: { webIdentity: { audience: "a" }, token: { env: "T" } } },
      told: `${place}.auth: ${LOGINS}`,
    },
    {
      what: "a token of two places",
      kubernetes: { server: SERVER, auth: { token: { ssm: "/a", env: "A" } } },
      told: `${place}.auth.token: `,
    },
    {
      what: "a parameter with a key",
      kubernetes: { server: SERVER, auth: { token: { ssm: "/a", key: "b" } } },
      told: `${place}.auth.token: there is no field key`,
    },
    {
      what: "a parameter of no name",
      kubernetes: { server: SERVER, auth: { token: { ssm: "a b" } } },
      told: `${place}.auth.token.ssm: the name of a parameter`,
    },
    {
      what: "a secret of no name",
      kubernetes: { server: SERVER, auth: { token: { secret: "a b" } } },
      told: `${place}.auth.token.secret: the name or the ARN of a secret`,
    },
    {
      what: "a kubeconfig in the environment",
      kubernetes: { kubeconfig: { env: "KUBECONFIG" } },
      told: `${place}.kubeconfig: the place of a kubeconfig`,
    },
    { what: "a kubeconfig of two places", kubernetes: { kubeconfig: { file: "a", ssm: "/a" } }, told: `${place}.kubeconfig: ` },
  ])("is not by $what", ({ kubernetes, told }) => {
    const problems = problemsIn(aFleet(aCluster({ kubernetes })));
    expect(problems).toEqual([expect.stringContaining(told)]);
    expect(problems.join()).not.toContain("canary");
  });
});

describe("a signed source of alerts", () => {
  const url = "https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-1";
  const source = (sigv4: object, more: object = {}) => aFleet(aCluster({ alerts: { url, auth: { sigv4 }, ...more } }));

  test("is one of Amazon Managed Prometheus unless it says otherwise", () => {
    const [entry] = parseFleet(source({ region: "eu-central-1" })).clusters;
    expect(entry?.alerts).toEqual([{ url, auth: { sigv4: { region: "eu-central-1", service: "aps" } } }]);
  });

  test.each([
    { what: "a role and a service of its own", sigv4: { region: "eu-central-1", service: "execute-api", roleArn: ROLE } },
    { what: "a role", sigv4: { region: "cn-north-1", roleArn: ROLE } },
  ])("may have $what", ({ sigv4 }) => {
    expect(problemsIn(source(sigv4))).toEqual([]);
  });

  const place = "clusters[0].alerts.auth.sigv4";
  test.each([
    { what: "no region", document: source({}), told: `${place}.region: ` },
    {
      what: "a service in words",
      document: source({ region: "eu-central-1", service: "Managed Prometheus" }),
      told: `${place}.service: the name`,
    },
    { what: "half a role", document: source({ region: "eu-central-1", roleArn: "role/alertstatus" }), told: `${place}.roleArn: the ARN` },
    { what: "keys", document: source({ region: "eu-central-1", secretKey: "canary" }), told: `${place}: there is no field secretKey` },
    {
      what: "plain http",
      document: source({ region: "eu-central-1" }, { url: "http://prometheus.example" }),
      told: "clusters[0].alerts.url: https: is needed where credentials are sent",
    },
  ])("does not have $what", ({ document, told }) => {
    expect(problemsIn(document)).toEqual([expect.stringContaining(told)]);
  });
});

describe("a reference in one word", () => {
  test.each([
    { word: "env:RECEIVER_SECRET", ref: { env: "RECEIVER_SECRET" } },
    { word: "file:secrets/receiver#1", ref: { file: "secrets/receiver#1" } },
    { word: "ssm:/alertstatus/prod/receiver", ref: { ssm: "/alertstatus/prod/receiver" } },
    { word: "secret:alertstatus/prod", ref: { secret: "alertstatus/prod" } },
    { word: "secret:alertstatus/prod#receiver", ref: { secret: "alertstatus/prod", key: "receiver" } },
    { word: "secret:alertstatus/prod#a#b", ref: { secret: "alertstatus/prod", key: "a#b" } },
    { word: `secret:${secret.secret}#${secret.key}`, ref: secret },
  ])("$word", ({ word, ref }) => {
    expect(parseRef(word)).toEqual(ref);
  });

  test.each([
    "",
    "canary",
    "env:",
    "ssm:",
    "secret:#canary",
    "secret:canary#",
    "vault:canary",
    "ssm:can ary",
    "Env:canary",
    "secret:can ary",
  ])("%j is none, and is not repeated", (word) => {
    const parse = () => parseRef(word);
    expect(parse).toThrow(ConfigError);
    expect(parse).toThrow(/^a reference is expected: env:NAME, file:path, ssm:\/name or secret:name#key$/);
  });
});
