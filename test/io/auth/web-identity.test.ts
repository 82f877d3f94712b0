import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { webIdentityToken } from "../../../functions/io/auth/web-identity.ts";
import { type Aws, refused, startAws } from "../../support/aws.ts";

const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const afterMinutes = (count: number) => nowMs + count * 60_000;
let aws: Aws;
let audiences = 0;

beforeAll(async () => {
  aws = await startAws();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "AKIAOWN",
    AWS_SECRET_ACCESS_KEY: "secret-of-our-own",
    AWS_CREDENTIAL_EXPIRATION: new Date(afterMinutes(60)).toISOString(),
  });
  issue(15);
});
afterEach(() => {
  aws.calls.length = 0;
});
afterAll(() => aws.close());

/** From now on, tokens that are told apart by their number. */
function issue(minutes: number): void {
  aws.answer("GetWebIdentityToken", () => {
    const WebIdentityToken = `canary-token-${aws.calls.length}`;
    return { result: { WebIdentityToken, Expiration: new Date(afterMinutes(minutes)).toISOString() } };
  });
}

/** One that nobody has asked for yet. */
function anAudience(): string {
  audiences += 1;
  return `https://cluster-${audiences}.example`;
}

test("a token is asked of STS in the region of this process, for one audience, with an algorithm that every API server takes", async () => {
  const audience = anAudience();
  expect(await webIdentityToken({ audience, nowMs })).toMatchObject({ token: "canary-token-1" });
  expect(aws.calls).toMatchObject([{ parameters: { "Audience.member.1": audience, SigningAlgorithm: "RS256", DurationSeconds: "900" } }]);
  expect(aws.calls[0]!.authorization).toContain("/eu-west-1/sts/");
});

test("or in the region that is named", async () => {
  await webIdentityToken({ audience: anAudience(), region: "us-east-1", nowMs });
  expect(aws.calls[0]!.authorization).toContain("/us-east-1/sts/");
});

test("all who need it share one token, until shortly before it expires", async () => {
  const audience = anAudience();
  const tokens = await Promise.all(Array.from({ length: 100 }, () => webIdentityToken({ audience, nowMs })));
  expect(tokens).toEqual(Array(100).fill(tokens[0]));
  expect((tokens[0]!.expiresAtMs - nowMs) / 60_000).toBeLessThanOrEqual(13);
  await webIdentityToken({ audience, nowMs: afterMinutes(11) });
  expect(aws.calls).toHaveLength(1);
  await webIdentityToken({ audience, nowMs: afterMinutes(13) });
  expect(aws.calls).toHaveLength(2);
});

test("audiences and regions have tokens of their own", async () => {
  const audience = anAudience();
  await Promise.all(
    [{ audience }, { audience, region: "us-east-1" }, { audience: anAudience() }].map((asked) => webIdentityToken({ ...asked, nowMs })),
  );
  expect(aws.calls).toHaveLength(3);
});

test("a token that was refused is replaced once for all whom it was refused to", async () => {
  const audience = anAudience();
  const { token: first } = await webIdentityToken({ audience, nowMs });
  const second = await Promise.all(
    Array.from({ length: 10 }, () => webIdentityToken({ audience, nowMs: afterMinutes(1), refused: first })),
  );
  expect(new Set(second.map(({ token }) => token))).toEqual(new Set(["canary-token-2"]));
  expect(await webIdentityToken({ audience, nowMs: afterMinutes(1), refused: first })).toMatchObject({ token: "canary-token-2" });
  expect(aws.calls).toHaveLength(2);
});

test.each([
  { left: 50, seconds: "900" },
  { left: 10, seconds: "600" },
  { left: 0.5, seconds: "60" },
])("$left minutes before our own credentials expire, a token for $seconds seconds is asked for", async ({ left, seconds }) => {
  await webIdentityToken({ audience: anAudience(), nowMs: afterMinutes(60 - left) });
  expect(aws.calls).toMatchObject([{ parameters: { DurationSeconds: seconds } }]);
});

test.each([
  { answer: refused("OutboundWebIdentityFederationDisabledException", 400), code: "forbidden" },
  { answer: refused("AccessDenied", 403), code: "forbidden" },
  { answer: refused("ExpiredTokenException", 400), code: "unauthorized" },
  { answer: refused("SessionDurationEscalationException", 400), code: "secret-unreadable" },
  { answer: { result: { WebIdentityToken: "canary" } }, code: "unavailable" },
  { answer: { raw: "canary", status: 503 }, code: "unavailable" },
])("$answer.refused is $code, names the audience, and is asked for again", async ({ answer, code }) => {
  const audience = anAudience();
  aws.answer("GetWebIdentityToken", () => answer);
  const error: unknown = await webIdentityToken({ audience, nowMs }).catch((error: unknown) => error);
  expect(error).toMatchObject({ name: "UpstreamError", code });
  expect(String(error)).toContain(`sts:GetWebIdentityToken for the audience ${audience}: `);
  expect(String(error)).not.toContain("canary");
  issue(15);
  await expect(webIdentityToken({ audience, nowMs })).resolves.toHaveProperty("token");
});
