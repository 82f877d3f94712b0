import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { eksLogin } from "../../../functions/io/auth/eks-token.ts";
import { type Aws, credentials, startAws } from "../../support/aws.ts";
import { encoded, signature } from "../../support/sigv4.ts";

const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const MINUTE_MS = 60_000;
const place = { server: "https://ABC.gr7.eu-central-1.eks.amazonaws.com", ca: "pem of the authority" };
const role = "arn:aws:iam::111122223333:role/alertstatus-prod-reader";
let aws: Aws;

beforeAll(async () => {
  aws = await startAws();
  Object.assign(process.env, { AWS_ENDPOINT_URL: aws.url, AWS_ACCESS_KEY_ID: "AKIAOWN", AWS_SECRET_ACCESS_KEY: "secret-of-our-own" });
});
afterEach(() => {
  aws.calls.length = 0;
});
afterAll(() => aws.close());

type Expected = { name: string; region: string; host: string; id: string; secret: string; session?: string };

// What the authenticator of an EKS cluster takes apart again, built from its rules and nothing of ours.
function expectedUrl({ name, region, host, id, secret, session }: Expected): string {
  const scope = `20260102/${region}/sts/aws4_request`;
  const unsigned = [
    `https://${host}/?Action=GetCallerIdentity&Version=2011-06-15`,
    ...(session === undefined ? [] : [`X-Amz-Security-Token=${encoded(session)}`]),
    "X-Amz-Algorithm=AWS4-HMAC-SHA256",
    `X-Amz-Credential=${encoded(`${id}/${scope}`)}`,
    "X-Amz-Date=20260102T030405Z",
    "X-Amz-Expires=60",
    "X-Amz-SignedHeaders=host%3Bx-k8s-aws-id",
  ].join("&");
  const headers = { host, "x-k8s-aws-id": name };
  return `${unsigned}&X-Amz-Signature=${signature({ method: "GET", url: new URL(unsigned), headers, scope, date: "20260102T030405Z", secret })}`;
}

const own = { id: "AKIAOWN", secret: "secret-of-our-own" };

test.each([
  { name: "prod", region: "eu-central-1", host: "sts.eu-central-1.amazonaws.com" },
  { name: "another_1-cluster", region: "eu-central-1", host: "sts.eu-central-1.amazonaws.com" },
  { name: "prod", region: "us-east-1", host: "sts.us-east-1.amazonaws.com" },
  { name: "prod", region: "us-gov-west-1", host: "sts.us-gov-west-1.amazonaws.com" },
  { name: "prod", region: "cn-north-1", host: "sts.cn-north-1.amazonaws.com.cn" },
  { name: "prod", region: "eusc-de-east-1", host: "sts.eusc-de-east-1.amazonaws.eu" },
  { name: "prod", region: "us-iso-east-1", host: "sts.us-iso-east-1.c2s.ic.gov" },
  { name: "prod", region: "us-isob-east-1", host: "sts.us-isob-east-1.sc2s.sgov.gov" },
])("the token for $name in $region is the signed question at $host who we are, byte for byte", async ({ name, region, host }) => {
  const domain = host.replace(/^sts\./, "").replace(region, `${region}.eks`);
  const { token } = await eksLogin({ name, region, ...place, server: `https://ABC.gr7.${domain}`, nowMs });
  expect(token).toBe(`k8s-aws-v1.${Buffer.from(expectedUrl({ name, region, host, ...own })).toString("base64url")}`);
  expect(token).toMatch(/^k8s-aws-v1\.[\w-]+$/);
  expect(aws.calls).toEqual([]);
});

test("the token of a role carries the token of the session too, and its secret signs", async () => {
  aws.answer("AssumeRole", () => credentials("ASIAROLE", new Date(nowMs + 60 * MINUTE_MS)));
  const { token } = await eksLogin({ name: "prod", region: "eu-central-1", roleArn: role, ...place, nowMs });
  const session = { id: "ASIAROLE", secret: "secret-of-ASIAROLE", session: "session-of-ASIAROLE" };
  const url = expectedUrl({ name: "prod", region: "eu-central-1", host: "sts.eu-central-1.amazonaws.com", ...session });
  const [, text = ""] = token.split(".");
  expect(sorted(Buffer.from(text, "base64url").toString())).toEqual(sorted(url));
  expect(aws.calls).toHaveLength(1);
});

// The order of the parameters is free.
function sorted(url: string): readonly string[] {
  return url.split(/[?&]/).sort();
}

test("a token is used for thirteen of its fifteen minutes at most, and not all are renewed at one time", async () => {
  const logins = await Promise.all(
    Array.from({ length: 50 }, (_, index) => eksLogin({ name: `c${index}`, region: "eu-central-1", ...place, nowMs })),
  );
  const minutes = logins.map(({ expiresAtMs }) => (expiresAtMs - nowMs) / MINUTE_MS);
  expect(Math.max(...minutes)).toBeLessThanOrEqual(13);
  expect(Math.min(...minutes)).toBeGreaterThan(12);
  expect(new Set(minutes).size).toBeGreaterThan(1);
});

test("and never longer than the identity that signed it", async () => {
  aws.answer("AssumeRole", () => credentials("ASIASHORT", new Date(nowMs + 6 * MINUTE_MS)));
  const { expiresAtMs } = await eksLogin({ name: "prod", region: "eu-central-1", roleArn: `${role}-short`, ...place, nowMs });
  expect((expiresAtMs - nowMs) / MINUTE_MS).toBeLessThanOrEqual(5);
});

test("server and authority are passed on as they are given", async () => {
  expect(await eksLogin({ name: "prod", region: "eu-central-1", ...place, nowMs })).toMatchObject(place);
});
