import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { eksLogin } from "../../../functions/io/auth/eks-token.ts";
import { type Aws, credentials, refused, startAws } from "../../support/aws.ts";

const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const afterMinutes = (count: number) => nowMs + count * 60_000;
const region = "eu-central-1";
const PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
const OTHER = "https://DEF.yl4.eu-central-1.eks.amazonaws.com";
let aws: Aws;
let clusters = 0;

beforeAll(async () => {
  aws = await startAws();
  Object.assign(process.env, { AWS_ENDPOINT_URL: aws.url, AWS_ACCESS_KEY_ID: "AKIAOWN", AWS_SECRET_ACCESS_KEY: "secret-of-our-own" });
  aws.answer("AssumeRole", ({ parameters }) => credentials(`ASIA-${parameters.RoleArn}`, new Date(afterMinutes(600))));
});
afterEach(() => {
  aws.calls.length = 0;
});
afterAll(() => aws.close());

/** The name of a cluster that nobody has asked for yet. */
function aName(): string {
  clusters += 1;
  return `cluster-${clusters}`;
}

function described(endpoint: string | undefined = "https://ABC.gr7.eu-central-1.eks.amazonaws.com", ca: string | undefined = btoa(PEM)) {
  return () => ({ result: { cluster: { endpoint, certificateAuthority: { data: ca } } } });
}

test("where a cluster is, and whom to trust there, is asked of EKS once for an hour", async () => {
  const name = aName();
  aws.answer("DescribeCluster", described());
  const asked = () => eksLogin({ name, region, nowMs });
  for (const login of await Promise.all([asked(), asked(), asked()]))
    expect(login).toMatchObject({ server: "https://ABC.gr7.eu-central-1.eks.amazonaws.com", ca: PEM });
  await eksLogin({ name, region, nowMs: afterMinutes(58) });
  expect(aws.calls).toMatchObject([{ action: "DescribeCluster", parameters: { name } }]);
  await eksLogin({ name, region, nowMs: afterMinutes(60) });
  expect(aws.calls).toHaveLength(2);
});

test.each([
  { given: { server: `${OTHER}/path` }, found: { server: `${OTHER}/path`, ca: PEM } },
  { given: { ca: "given" }, found: { server: "https://ABC.gr7.eu-central-1.eks.amazonaws.com", ca: "given" } },
])("what the fleet says of $given stands, the rest is looked up", async ({ given, found }) => {
  aws.answer("DescribeCluster", described());
  expect(await eksLogin({ name: aName(), region, ...given, nowMs })).toMatchObject(found);
});

describe("a server outside of the region's EKS", () => {
  const given = (server: string) => eksLogin({ name: aName(), region, server, ca: "given", nowMs });

  test.each([
    "https://evil.example",
    "https://evil.example/ABC.gr7.eu-central-1.eks.amazonaws.com",
    "https://eu-central-1.eks.amazonaws.com.evil.example",
    "https://evil-eu-central-1.eks.amazonaws.com",
    "https://ABC.gr7.us-east-1.eks.amazonaws.com",
    "https://ABC.gr7.eu-central-1.eks.amazonaws.com.cn",
    "https://10.0.0.1",
  ])("gets no token, unless EKS names it: %s", async (server) => {
    aws.answer("DescribeCluster", described());
    await expect(given(server)).rejects.toMatchObject({
      code: "secret-elsewhere",
      message: expect.stringContaining(`is not at ${server}`),
    });
  });

  test("gets one where EKS names it, such as in a partition with a domain of its own", async () => {
    aws.answer("DescribeCluster", described("https://ABC.gr7.eks-cluster.eu-central-1.api.aws"));
    const server = "https://abc.gr7.eks-cluster.eu-central-1.api.aws";
    expect(await given(server)).toMatchObject({ server, ca: "given", token: expect.stringMatching(/^k8s-aws-v1\./) });
  });

  test("gets none where EKS does not say", async () => {
    aws.answer("DescribeCluster", () => refused("AccessDeniedException", 403));
    await expect(given("https://evil.example")).rejects.toMatchObject({ code: "forbidden" });
  });
});

test("a cluster of another account is looked up in the name of its role", async () => {
  const roleArn = "arn:aws:iam::111122223333:role/alertstatus-prod-reader";
  aws.answer("DescribeCluster", described());
  await eksLogin({ name: aName(), region: "us-east-1", roleArn, nowMs });
  expect(aws.calls.map(({ action }) => action)).toEqual(["AssumeRole", "DescribeCluster"]);
  expect(aws.calls[1]!.authorization).toContain(`Credential=ASIA-${roleArn}/20`);
  expect(aws.calls[1]!.authorization).toContain("/us-east-1/eks/");
});

test("one name in two regions or two accounts is two clusters", async () => {
  const name = aName();
  const roleArn = "arn:aws:iam::444455556666:role/alertstatus-prod-reader";
  aws.answer("DescribeCluster", ({ authorization }) => described(`https://${/Credential=(\w+)/.exec(authorization)?.[1]}.example`)());
  const logins = [{ region }, { region: "us-east-1" }, { region, roleArn }].map((where) => eksLogin({ name, ...where, nowMs }));
  const [own, elsewhere, foreign] = await Promise.all(logins);
  expect([own!.server, elsewhere!.server, foreign!.server]).toEqual([
    "https://AKIAOWN.example",
    "https://AKIAOWN.example",
    "https://ASIA.example",
  ]);
  expect(aws.calls.filter(({ action }) => action === "DescribeCluster")).toHaveLength(3);
});

test.each([
  { what: "no such cluster", answer: () => refused("ResourceNotFoundException", 404), code: "not-found" },
  { what: "no permission", answer: () => refused("AccessDeniedException", 403), code: "forbidden" },
  { what: "a role that has expired", answer: () => refused("ExpiredTokenException", 403), code: "unauthorized" },
  { what: "too many requests", answer: () => refused("TooManyRequestsException", 429), code: "throttled" },
  { what: "a sick AWS", answer: () => refused("ServerException", 500), code: "unavailable" },
  { what: "an answer that is no JSON", answer: () => ({ raw: "<html>canary</html>", status: 200 }), code: "unavailable" },
  { what: "a cluster that is being created", answer: () => ({ result: { cluster: { status: "CREATING" } } }), code: "unavailable" },
  { what: "an endpoint over plain http", answer: described("http://api.example"), code: "unavailable" },
  { what: "an endpoint that hands out credentials", answer: described("https://169.254.169.254"), code: "unavailable" },
])("$what is $code, names the cluster, and is asked for again", async ({ answer, code }) => {
  const name = aName();
  aws.answer("DescribeCluster", answer);
  const error: unknown = await eksLogin({ name, region, nowMs }).catch((error: unknown) => error);
  expect(error).toMatchObject({ name: "UpstreamError", code });
  expect(String(error)).toContain(`eks:DescribeCluster of ${name} in ${region}: `);
  expect(String(error)).not.toContain("canary");
  aws.answer("DescribeCluster", described());
  await expect(eksLogin({ name, region, nowMs })).resolves.toMatchObject({ ca: PEM });
});
