// Tries EKS tokens and web identity on a real API server.

import { afterAll, beforeAll, expect, test } from "vitest";
import { eksLogin } from "../../functions/io/auth/eks-token.ts";
import { credentials } from "../support/aws.ts";
import { startJwtIssuer } from "../support/jwt-issuer.ts";
import { type AwsCluster, claims, secrets, startAwsCluster, trusted } from "./aws-cluster.ts";

let cluster: AwsCluster;

beforeAll(async () => {
  cluster = await startAwsCluster();
});
afterAll(() => cluster.close());

const prod = { name: "prod", region: "eu-central-1" };
const minutesAgo = (count: number) => Date.now() - count * 60_000;
const aRole = (id: string) => `arn:aws:iam::444455556666:role/alertstatus-prod-${id}`;

test.each([
  { who: "the function itself", eks: prod },
  { who: "a role of another account", eks: { ...prod, roleArn: aRole("ASIAROLE") } },
  { who: "a token that was signed fourteen minutes ago", eks: prod, now: () => minutesAgo(14) },
])("a cluster of EKS accepts $who, without server or CA in the fleet", async ({ eks, now }) => {
  cluster.aws.answer("AssumeRole", () => credentials("ASIAROLE", new Date(minutesAgo(-60)), secrets.ASIAROLE));
  expect(await cluster.come({ eks }, { now })).toBe("reconciled");
  expect(cluster.reviews.at(-1)).toBe("accepted");
});

test.each([
  { who: "names another cluster", eks: { ...prod, name: "staging" }, why: "SignatureDoesNotMatch" },
  { who: "signed sixteen minutes ago", eks: prod, now: () => minutesAgo(16), why: "expired" },
  {
    who: "signs with a secret that is not the key's",
    eks: { ...prod, region: "eu-west-1", roleArn: aRole("ASIAROLE") },
    why: "SignatureDoesNotMatch",
  },
  { who: "signs with a key that AWS does not know", eks: { ...prod, roleArn: aRole("ASIASTRANGER") }, why: "InvalidClientTokenId" },
])("the outcome is unauthorized for a user who $who", async ({ eks, now, why }) => {
  cluster.aws.answer("AssumeRole", ({ parameters }) =>
    credentials(parameters.RoleArn!.replace(/.*-/, ""), new Date(minutesAgo(-60)), "canary-of-another-owner"),
  );
  expect(await cluster.come({ eks }, { now })).toBe("unauthorized");
  expect(cluster.reviews.at(-1)).toBe(why);
});

test.each([
  { what: "the date", from: /X-Amz-Date=..../, to: "X-Amz-Date=2999", why: "SignatureDoesNotMatch" },
  { what: "the lifetime", from: "X-Amz-Expires=60", to: "X-Amz-Expires=900", why: "SignatureDoesNotMatch" },
  { what: "the key", from: "AKIAOWN", to: "ASIAROLE", why: "SignatureDoesNotMatch" },
  { what: "one letter of the signature", from: /.$/, to: "g", why: "SignatureDoesNotMatch" },
  { what: "the region", from: "sts.eu-central-1.", to: "sts.us-east-1.", why: "signed for another service or region" },
  { what: "the host", from: "amazonaws.com", to: "amazonaws.com.example", why: "not a URL of STS" },
  { what: "the question", from: "GetCallerIdentity", to: "GetSessionToken", why: "not GetCallerIdentity" },
  { what: "the number of parameters", from: "&X-Amz-Date", to: "&X-Amz-Target=x&X-Amz-Date", why: "unexpected parameters" },
])("the outcome is unauthorized where $what of a valid token is changed", async ({ from, to, why }) => {
  const { token } = await eksLogin({ ...prod, nowMs: Date.now() });
  const url = Buffer.from(token.slice("k8s-aws-v1.".length), "base64url").toString();
  const changed = `k8s-aws-v1.${Buffer.from(url.replace(from, to)).toString("base64url")}`;
  expect(await cluster.come(cluster.byToken(changed))).toBe("unauthorized");
  expect(cluster.reviews.at(-1)).toBe(why);
});

test("a token that is too old on arrival is renewed once, and then accepted", async () => {
  let ahead = -15 * 60_000 - 1_000;
  cluster.reviews.length = 0;
  const now = () => Date.now() + ahead;
  const onConnected = () => {
    ahead += 60_000;
  };
  // Signed for a region of its own: the API server does not ask about a token that it has just accepted.
  expect(await cluster.come({ eks: { ...prod, region: "eu-west-3" } }, { now, onConnected })).toBe("reconciled");
  // On a busy machine the API server asks about the token of the test before once more.
  expect(cluster.reviews).toEqual(expect.arrayContaining(["expired", "accepted"]));
});

function answerWith(token: (audience: string | undefined) => string): void {
  cluster.aws.answer("GetWebIdentityToken", ({ parameters }) => ({
    result: { WebIdentityToken: token(parameters["Audience.member.1"]), Expiration: new Date(minutesAgo(-15)).toISOString() },
  }));
}

test("an API server that trusts the account's issuer accepts the role by a token of STS", async () => {
  answerWith((aud) => cluster.issuer.issue(claims({ aud })));
  expect(await cluster.come(cluster.byWebIdentity("eu-central-1"))).toBe("reconciled");
});

// No two share a region, so that none gets the token that another has been given.
test.each([
  { what: "for another audience", region: "eu-west-1", audience: "https://staging.example", claims: {} },
  { what: "that has expired", region: "eu-west-2", claims: { exp: Math.floor(minutesAgo(2) / 1_000) } },
  { what: "of another role", region: "eu-west-3", claims: { sub: `${trusted.role}-other` } },
  { what: "of another issuer", region: "eu-north-1", claims: { iss: "https://elsewhere.example" } },
])("the outcome is unauthorized for a token $what", async ({ region, audience, claims: more }) => {
  answerWith((aud) => cluster.issuer.issue(claims({ aud, ...more })));
  expect(await cluster.come(cluster.byWebIdentity(region, audience))).toBe("unauthorized");
});

test("the outcome is unauthorized for a token that another key has signed", async () => {
  const impostor = await startJwtIssuer();
  answerWith((aud) => impostor.issue(claims({ aud, iss: cluster.issuer.url })));
  expect(await cluster.come(cluster.byWebIdentity("eu-south-1"))).toBe("unauthorized");
  await impostor.close();
});

test("a token that is refused before its expiry is renewed once, and then accepted", async () => {
  let ahead = 0;
  let given = 0;
  answerWith((aud) => {
    given += 1;
    return cluster.issuer.issue(claims({ aud, ...(given === 1 && { exp: Math.floor(minutesAgo(2) / 1_000) }) }));
  });
  const now = () => Date.now() + ahead;
  const onConnected = () => {
    ahead += 60_000;
  };
  expect(await cluster.come(cluster.byWebIdentity("eu-south-2"), { now, onConnected })).toBe("reconciled");
  expect(given).toBe(2);
});
