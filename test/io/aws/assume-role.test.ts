import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { eksLogin } from "../../../functions/io/auth/eks-token.ts";
import { assumeRole } from "../../../functions/io/aws/assume-role.ts";
import { type Aws, credentials, refused, startAws } from "../../support/aws.ts";

const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const minutes = (count: number) => new Date(nowMs + count * 60_000);
const place = { server: "https://ABC.gr7.eu-central-1.eks.amazonaws.com", ca: "pem of the authority" };
const region = "eu-central-1";
let aws: Aws;
let roles = 0;

beforeAll(async () => {
  aws = await startAws();
  Object.assign(process.env, { AWS_ENDPOINT_URL: aws.url, AWS_ACCESS_KEY_ID: "AKIAOWN", AWS_SECRET_ACCESS_KEY: "secret-of-our-own" });
});
afterEach(() => {
  aws.calls.length = 0;
});
afterAll(() => aws.close());

/** A role that nobody has asked for yet. */
function aRole(): string {
  roles += 1;
  return `arn:aws:iam::111122223333:role/alertstatus-prod-${roles}`;
}

test("a hundred clusters of one role, all at once, make one AssumeRole call", async () => {
  const roleArn = aRole();
  aws.answer("AssumeRole", () => credentials("ASIAROLE", minutes(60)));
  const clusters = Array.from({ length: 100 }, (_, index) => `cluster-${index}`);
  const logins = await Promise.all(clusters.map((name) => eksLogin({ name, region, roleArn, ...place, nowMs })));
  expect(new Set(logins.map(({ token }) => token)).size).toBe(100);
  expect(aws.calls).toHaveLength(1);
});

test("the call says who asks, for which role and with which external id, in the region that was named", async () => {
  const roleArn = aRole();
  aws.answer("AssumeRole", () => credentials("ASIAROLE", minutes(60)));
  await assumeRole({ roleArn, externalId: "alertstatus:prod:prod-eu-1", region, nowMs });
  expect(aws.calls).toMatchObject([
    { parameters: { RoleArn: roleArn, ExternalId: "alertstatus:prod:prod-eu-1", RoleSessionName: "alertstatus" } },
  ]);
  expect(aws.calls[0]!.authorization).toContain("Credential=AKIAOWN/");
  expect(aws.calls[0]!.authorization).toContain(`/${region}/sts/`);
});

test("two that differ in role, external id or region share no identity", async () => {
  const roleArn = aRole();
  aws.answer("AssumeRole", ({ parameters, authorization }) =>
    credentials(`${parameters.RoleArn} ${parameters.ExternalId} ${/us-east-1|eu-central-1/.exec(authorization)}`, minutes(60)),
  );
  const asked = [
    { roleArn, region },
    { roleArn: `${roleArn}-other`, region },
    { roleArn, externalId: "one", region },
    { roleArn, externalId: "other", region },
    { roleArn, region: "us-east-1" },
  ];
  const identities = await Promise.all(asked.map((role) => assumeRole({ ...role, nowMs })));
  expect(new Set(identities.map(({ accessKeyId }) => accessKeyId)).size).toBe(asked.length);
});

test.each([
  { after: 0, calls: 1 },
  { after: 53, calls: 1 },
  { after: 55, calls: 2 },
  { after: 61, calls: 2 },
])("an identity of an hour, wanted again after $after minutes, takes $calls calls", async ({ after, calls }) => {
  const roleArn = aRole();
  aws.answer("AssumeRole", () => credentials(`ASIA${aws.calls.length}`, minutes(aws.calls.length * 60)));
  await assumeRole({ roleArn, region, nowMs });
  expect(await assumeRole({ roleArn, region, nowMs: minutes(after).getTime() })).toMatchObject({ accessKeyId: `ASIA${calls}` });
  expect(aws.calls).toHaveLength(calls);
});

test("a failure reaches all who wait, and is kept for nobody who comes later", async () => {
  const roleArn = aRole();
  aws.answer("AssumeRole", () => refused("AccessDenied", 403));
  const asked = await Promise.allSettled(Array.from({ length: 10 }, () => assumeRole({ roleArn, region, nowMs })));
  expect(asked.map(({ status }) => status)).toEqual(Array(10).fill("rejected"));
  expect(aws.calls).toHaveLength(1);
  aws.answer("AssumeRole", () => credentials("ASIALATER", minutes(60)));
  await expect(assumeRole({ roleArn, region, nowMs })).resolves.toMatchObject({ accessKeyId: "ASIALATER" });
});

const canary = "canary-secret-access-key";
const raw = (status: number, body: string) => ({ raw: body, status });

test.each([
  { answer: refused("AccessDenied", 403), code: "forbidden", says: "AccessDenied" },
  { answer: refused("RegionDisabledException", 403), code: "forbidden", says: "RegionDisabledException" },
  { answer: refused("InvalidClientTokenId", 403), code: "unauthorized", says: "InvalidClientTokenId" },
  { answer: refused("ExpiredToken", 403), code: "unauthorized", says: "ExpiredToken" },
  { answer: refused("SignatureDoesNotMatch", 403, `your request was ${canary}`), code: "unauthorized", says: "SignatureDoesNotMatch" },
  { answer: refused("ValidationError", 400, canary), code: "secret-unreadable", says: "ValidationError" },
  { answer: refused("Throttling", 400), code: "throttled", says: "Throttling" },
  { answer: refused("InternalFailure", 500), code: "unavailable", says: "InternalFailure" },
  { answer: raw(502, `<html>${canary}</html>`), code: "unavailable", says: "" },
  { answer: raw(200, `<html><body>${canary}`), code: "unavailable", says: "" },
  { answer: raw(200, ""), code: "unavailable", says: "" },
  { answer: { result: {} }, code: "unavailable", says: "the answer holds no credentials" },
  { answer: { result: { Credentials: { AccessKeyId: canary } } }, code: "unavailable", says: "the answer holds no credentials" },
])("$answer.status $says: $code, and the error names the role and nothing secret", async ({ answer, code, says }) => {
  const roleArn = aRole();
  aws.answer("AssumeRole", () => answer);
  const error: unknown = await assumeRole({ roleArn, region, nowMs }).catch((error: unknown) => error);
  expect(error).toMatchObject({ name: "UpstreamError", code });
  expect(String(error)).toContain(`sts:AssumeRole of ${roleArn}: ${says}`);
  expect(String(error)).not.toContain("canary");
  expect(aws.calls.length).toBeLessThanOrEqual(2);
});

test("an AWS that takes calls and says nothing is a timeout", async () => {
  aws.answer("AssumeRole", () => "hang");
  await expect(assumeRole({ roleArn: aRole(), region, nowMs })).rejects.toMatchObject({ code: "timeout" });
  expect(aws.calls).toHaveLength(2);
});
