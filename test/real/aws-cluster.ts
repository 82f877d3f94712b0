// Starts a real API server that accepts the tokens of AWS.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { connector } from "../../functions/cluster/connect.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { openLogins } from "../../functions/io/auth/logins.ts";
import { openConnections } from "../../functions/io/http/connections.ts";
import { reconcileFleet } from "../../functions/reconcile/fleet.ts";
import { type Aws, startAws } from "../support/aws.ts";
import { clockAt } from "../support/clock.ts";
import { startEksAuthenticator } from "../support/eks-authenticator.ts";
import { type JwtIssuer, startJwtIssuer } from "../support/jwt-issuer.ts";
import { startKubernetes } from "../support/real-kubernetes.ts";

/** The role and the audience that web identity tokens must have. */
export const trusted = { role: "arn:aws:iam::111122223333:role/alertstatus-prod-reconcile", audience: "https://prod-eu-1.example" };

/** The access keys that AWS knows; the first is this process's own. */
export const secrets = { AKIAOWN: "canary-secret-of-our-own", ASIAROLE: "canary-secret-of-the-role" };

type Journey = { readonly now?: () => number; readonly onConnected?: () => void };

/** A real API server that is open to tokens of EKS for the cluster `prod`, and to web identity tokens of an account's issuer. */
export type AwsCluster = {
  readonly aws: Aws;
  readonly issuer: JwtIssuer;
  /** What became of each token of EKS, oldest first. */
  readonly reviews: string[];
  /** The login with a token that the test made itself. */
  byToken(token: string): object;
  byWebIdentity(region: string, audience?: string): object;
  /** The outcome of a dry run over the cluster with this login, by a clock that may be wrong, or advance during the run. */
  come(way: object, journey?: Journey): Promise<string>;
  close(): Promise<void>;
};

export async function startAwsCluster(): Promise<AwsCluster> {
  const folder = await mkdtemp(join(tmpdir(), "aws-cluster-"));
  const connections = openConnections();
  const aws = await startAws();
  Object.assign(process.env, { AWS_ENDPOINT_URL: aws.url, AWS_REGION: "eu-central-1" });
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "AKIAOWN", AWS_SECRET_ACCESS_KEY: secrets.AKIAOWN });
  const authenticator = await startEksAuthenticator({ cluster: "prod", secretOf: (id) => new Map(Object.entries(secrets)).get(id) });
  const issuer = await startJwtIssuer();
  const flags = { "authentication-token-webhook-config-file": webhookOf(authenticator), "authentication-config": trustIn(issuer) };
  for (const [flag, content] of Object.entries(flags)) await writeFile(join(folder, flag), JSON.stringify(content));
  const files = Object.fromEntries(Object.keys(flags).map((flag) => [flag, join(folder, flag)]));
  const kubernetes = await startKubernetes({ apiServerFlags: { "authentication-token-webhook-version": "v1", ...files } });
  const { server, ca } = kubernetes;
  await writeFile(join(folder, "ca.pem"), ca);
  aws.answer("DescribeCluster", () => ({ result: { cluster: { endpoint: server, certificateAuthority: { data: btoa(ca) } } } }));

  async function come(way: object, { now = Date.now, onConnected = () => {} }: Journey = {}): Promise<string> {
    const fleet = parseFleet({ clusters: [{ name: "prod-eu-1", kubernetes: way }] });
    const open = connector({ connections, logins: openLogins({ stage: "prod", clock: clockAt(now) }), folder });
    const connect: typeof open = async (entry, deadline) => {
      const cluster = await open(entry, deadline);
      onConnected();
      return cluster;
    };
    const [outcome] = await reconcileFleet(fleet, { connect, dryRun: true });
    expect(JSON.stringify(outcome)).not.toMatch(/canary|k8s-aws-v1|eyJ/);
    return outcome!.code ?? outcome!.was;
  }

  function byToken(token: string): object {
    process.env.TEST_TOKEN = token;
    return { server, ca: { file: "ca.pem" }, auth: { token: { env: "TEST_TOKEN" } } };
  }

  // The API server reads the issuer's keys a moment after it has started.
  while ((await come(byToken(issuer.issue(claims())))) !== "reconciled") await sleep(50);

  return {
    aws,
    issuer,
    reviews: authenticator.reviews,
    come,
    byToken,
    byWebIdentity: (region, audience = trusted.audience) => ({
      server,
      ca: { file: "ca.pem" },
      auth: { webIdentity: { audience, region } },
    }),
    close: async () => {
      await connections.close();
      await kubernetes.stop();
      await Promise.all([authenticator.close(), issuer.close(), aws.close()]);
      await rm(folder, { recursive: true });
    },
  };
}

/** The claims of a web identity token as AWS writes them, valid unless overridden: the role is the subject. */
export function claims(more: object = {}): object {
  const now = Math.floor(Date.now() / 1_000);
  const account = { "https://sts.amazonaws.com/": { aws_account: "111122223333" } };
  return { aud: trusted.audience, sub: trusted.role, iat: now, exp: now + 900, jti: "1", ...account, ...more };
}

// What an operator writes to let the role of an account in; JSON is YAML.
function trustIn({ url, ca }: JwtIssuer): object {
  return {
    apiVersion: "apiserver.config.k8s.io/v1",
    kind: "AuthenticationConfiguration",
    jwt: [
      {
        issuer: { url, certificateAuthority: ca, audiences: [trusted.audience] },
        claimValidationRules: [{ expression: `claims.sub == "${trusted.role}"`, message: "another role" }],
        claimMappings: { username: { expression: '"aws:" + claims.sub' }, groups: { expression: '["alertstatus"]' } },
      },
    ],
  };
}

function webhookOf({ url, ca }: { readonly url: string; readonly ca: string }): object {
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "authenticator", cluster: { server: url, "certificate-authority-data": btoa(ca) } }],
    users: [{ name: "api-server", user: {} }],
    contexts: [{ name: "webhook", context: { cluster: "authenticator", user: "api-server" } }],
    "current-context": "webhook",
  };
}
