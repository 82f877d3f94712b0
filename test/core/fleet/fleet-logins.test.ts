// Holds a fleet file to the logins that are supported, and to none that could leak a secret.

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

describe("the access to a cluster", () => {
  test.each([
    { by: "a cluster of EKS", kubernetes: { eks } },
    { by: "a cluster of EKS with a role", kubernetes: { eks: { ...eks, roleArn: ROLE } } },
    { by: "a cluster of EKS in another partition", kubernetes: { eks: { ...eks, roleArn: ROLE.replace("aws", "aws-us-gov") } } },
    { by: "a cluster of EKS with server and CA", kubernetes: { eks: { ...eks, server: SERVER, ca: CA_DATA } } },
    { by: "a cluster of EKS with a reference to its CA", kubernetes: { eks: { ...eks, server: SERVER, ca: { ssm: "/ca" } } } },
    { by: "a web identity", kubernetes: { server: SERVER, auth: { webIdentity: { audience: "prod", region: "us-gov-west-1" } } } },
    { by: "a web identity for the audience of its server", kubernetes: { server: SERVER, auth: { webIdentity: {} } } },
    { by: "a token of the Parameter Store", kubernetes: { server: SERVER, auth: { token: { ssm: "/alertstatus/prod/clusters/prod" } } } },
    { by: "a token of the Secrets Manager", kubernetes: { server: SERVER, auth: { token: secret } } },
    {
      by: "a client certificate of both",
      kubernetes: { server: SERVER, auth: { certificate: { ssm: "/crt" }, key: { secret: "tls", key: "key" } } },
    },
    { by: "a kubeconfig of the Parameter Store", kubernetes: { kubeconfig: { ssm: "/kubeconfig", context: "prod" } } },
    { by: "a kubeconfig of the Secrets Manager", kubernetes: { kubeconfig: { ...secret, context: "prod" } } },
  ])("may be by $by", ({ kubernetes }) => {
    expect(parseFleet(aFleet(aCluster({ kubernetes }))).clusters).toMatchObject([{ kubernetes }]);
  });

  const place = "clusters[0].kubernetes";
  const ACCESS_KINDS = "one kind of access is expected: {kubeconfig: {file, context}}, {eks: {name, region}} or {server, ca, auth}";
  const LOGINS = "one login is expected: {token: …}, {webIdentity: {}} or {certificate: …, key: …}";
  test.each([
    { what: "EKS without a region", kubernetes: { eks: { name: "prod" } }, problem: `${place}.eks.region: ` },
    {
      what: "EKS in a region that is a host",
      kubernetes: { eks: { ...eks, region: "evil.example/" } },
      problem: `${place}.eks.region: an AWS region`,
    },
    {
      what: "EKS by a name that is a path",
      kubernetes: { eks: { ...eks, name: "../prod" } },
      problem: `${place}.eks.name: the name of an EKS cluster`,
    },
    {
      what: "EKS with a user for a role",
      kubernetes: { eks: { ...eks, roleArn: ROLE.replace("role", "user") } },
      problem: `${place}.eks.roleArn: the ARN of an IAM role`,
    },
    {
      what: "EKS with a wildcard for a role",
      kubernetes: { eks: { ...eks, roleArn: ROLE.replace(/[^/]*$/, "*") } },
      problem: `${place}.eks.roleArn: the ARN of an IAM role`,
    },
    {
      what: "EKS over plain http",
      kubernetes: { eks: { ...eks, server: "http://api.example" } },
      problem: `${place}.eks.server: https: is needed here`,
    },
    {
      what: "EKS with a malformed CA",
      kubernetes: { eks: { ...eks, ca: "canary" } },
      problem: `${place}.eks.ca: a reference is expected, or the base64 text of certificateAuthority.data`,
    },
    {
      what: "EKS with an unknown field",
      kubernetes: { eks: { ...eks, profile: "prod" } },
      problem: `${place}.eks: there is no field profile`,
    },
    { what: "EKS and a server", kubernetes: { eks, server: SERVER }, problem: `${place}: ${ACCESS_KINDS}` },
    {
      what: "a web identity with an empty audience",
      kubernetes: { server: SERVER, auth: { webIdentity: { audience: "" } } },
      problem: `${place}.auth.webIdentity.audience: `,
    },
    {
      what: "a web identity and a token",
      kubernetes: { server: SERVER, auth: { webIdentity: { audience: "a" }, token: { env: "T" } } },
      problem: `${place}.auth: ${LOGINS}`,
    },
    {
      what: "a token of two places",
      kubernetes: { server: SERVER, auth: { token: { ssm: "/a", env: "A" } } },
      problem: `${place}.auth.token: `,
    },
    {
      what: "a parameter with a key",
      kubernetes: { server: SERVER, auth: { token: { ssm: "/a", key: "b" } } },
      problem: `${place}.auth.token: there is no field key`,
    },
    {
      what: "a parameter with a malformed name",
      kubernetes: { server: SERVER, auth: { token: { ssm: "a b" } } },
      problem: `${place}.auth.token.ssm: the name of a parameter`,
    },
    {
      what: "a secret with a malformed name",
      kubernetes: { server: SERVER, auth: { token: { secret: "a b" } } },
      problem: `${place}.auth.token.secret: the name or the ARN of a secret`,
    },
    {
      what: "a kubeconfig in the environment",
      kubernetes: { kubeconfig: { env: "KUBECONFIG" } },
      problem: `${place}.kubeconfig: the location of a kubeconfig`,
    },
    { what: "a kubeconfig of two places", kubernetes: { kubeconfig: { file: "a", ssm: "/a" } }, problem: `${place}.kubeconfig: ` },
  ])("may not be by $what", ({ kubernetes, problem }) => {
    const problems = problemsIn(aFleet(aCluster({ kubernetes })));
    expect(problems).toEqual([expect.stringContaining(problem)]);
    expect(problems.join()).not.toContain("canary");
  });
});

describe("a signed source of alerts", () => {
  const url = "https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-1";
  const source = (sigv4: object, more: object = {}) => aFleet(aCluster({ alerts: { url, auth: { sigv4 }, ...more } }));

  test("is signed for Amazon Managed Prometheus by default", () => {
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
    { what: "no region", document: source({}), problem: `${place}.region: ` },
    {
      what: "a malformed service",
      document: source({ region: "eu-central-1", service: "Managed Prometheus" }),
      problem: `${place}.service: the signing name`,
    },
    {
      what: "a malformed role",
      document: source({ region: "eu-central-1", roleArn: "role/alertstatus" }),
      problem: `${place}.roleArn: the ARN`,
    },
    {
      what: "access keys",
      document: source({ region: "eu-central-1", secretKey: "canary" }),
      problem: `${place}: there is no field secretKey`,
    },
    {
      what: "plain http",
      document: source({ region: "eu-central-1" }, { url: "http://prometheus.example" }),
      problem: "clusters[0].alerts.url: https: is needed where credentials are sent",
    },
  ])("may not have $what", ({ document, problem }) => {
    expect(problemsIn(document)).toEqual([expect.stringContaining(problem)]);
  });
});

describe("a reference in one word:", () => {
  test.each([
    { word: "env:RECEIVER_SECRET", ref: { env: "RECEIVER_SECRET" } },
    { word: "file:secrets/receiver#1", ref: { file: "secrets/receiver#1" } },
    { word: "ssm:/alertstatus/prod/receiver", ref: { ssm: "/alertstatus/prod/receiver" } },
    { word: "secret:alertstatus/prod", ref: { secret: "alertstatus/prod" } },
    { word: "secret:alertstatus/prod#receiver", ref: { secret: "alertstatus/prod", key: "receiver" } },
    { word: "secret:alertstatus/prod#a#b", ref: { secret: "alertstatus/prod", key: "a#b" } },
    { word: `secret:${secret.secret}#${secret.key}`, ref: secret },
  ])("$word is parsed", ({ word, ref }) => {
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
  ])("%j is refused, and not repeated", (word) => {
    const parse = () => parseRef(word);
    expect(parse).toThrow(ConfigError);
    expect(parse).toThrow(/^a reference is expected: env:NAME, file:path, ssm:\/name or secret:name#key$/);
  });
});
