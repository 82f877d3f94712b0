// Stands in for the token webhook of an EKS cluster, so that a real API server accepts EKS tokens.

import { json } from "node:stream/consumers";
import { type SecureServer, serveSecurely } from "./secure-server.ts";
import { signature } from "./sigv4.ts";

type Settings = {
  /** The cluster that tokens must name. */
  readonly cluster: string;
  /** The secret of an access key, undefined where AWS knows no such key. */
  readonly secretOf: (accessKeyId: string) => string | undefined;
};

const PARAMETERS = new Set(
  ["action", "version", "algorithm", "credential", "date", "expires", "security-token", "signedheaders", "signature"].map((name) =>
    /^(action|version)$/.test(name) ? name : `x-amz-${name}`,
  ),
);
const TOKEN_MS = 15 * 60_000;

/**
 * The TokenReview webhook of an EKS cluster, with the rules of
 * https://github.com/kubernetes-sigs/aws-iam-authenticator, and STS behind it. Every accepted user is in the group `alertstatus`.
 */
export async function startEksAuthenticator(settings: Settings): Promise<SecureServer & { readonly reviews: string[] }> {
  const reviews: string[] = [];
  const server = await serveSecurely(async (request, response) => {
    const { token } = Object(await json(request)).spec;
    const problem = problemOf(token, settings);
    reviews.push(problem ?? "accepted");
    const user = { username: "alertstatus-of-eks", groups: ["alertstatus"] };
    const status = problem === undefined ? { authenticated: true, user } : { authenticated: false, error: problem };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", status }));
  });
  return { ...server, reviews };
}

function problemOf(token: string, settings: Settings): string | undefined {
  const [, text] = /^k8s-aws-v1\.([A-Za-z0-9_-]+)$/.exec(token) ?? [];
  const url = URL.parse(Buffer.from(text ?? "", "base64url").toString());
  if (url === null || token.length > 4_096) return "not a token of EKS";
  const [, region] = /^sts\.([a-z0-9-]+)\.amazonaws\.com$/.exec(url.host) ?? [];
  if (url.protocol !== "https:" || url.pathname !== "/" || region === undefined) return "not a URL of STS";
  const names = [...url.searchParams.keys()].map((name) => name.toLowerCase());
  if (new Set(names).size !== names.length || names.some((name) => !PARAMETERS.has(name))) return "unexpected parameters";
  if (url.searchParams.get("Action") !== "GetCallerIdentity") return "not GetCallerIdentity";
  return problemOfDate(url) ?? problemOfSignature(url, region, settings);
}

function problemOfDate({ searchParams }: URL): string | undefined {
  const date = searchParams.get("X-Amz-Date") ?? "";
  const signedAt = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  const expires = Number(searchParams.get("X-Amz-Expires") ?? Number.NaN);
  if (!(expires >= 0 && expires <= 900)) return "a lifetime of more than 15 minutes";
  return signedAt + TOKEN_MS > Date.now() ? undefined : "expired";
}

function problemOfSignature(url: URL, region: string, { cluster, secretOf }: Settings): string | undefined {
  const { searchParams } = url;
  const [id = "", ...scope] = (searchParams.get("X-Amz-Credential") ?? "").split("/");
  const secret = secretOf(id);
  if (searchParams.get("X-Amz-SignedHeaders") !== "host;x-k8s-aws-id") return "the cluster is not signed";
  if (secret === undefined) return "InvalidClientTokenId";
  if (!/^\d{8}\/[a-z0-9-]+\/sts\/aws4_request$/.test(scope.join("/")) || scope[1] !== region) return "signed for another service or region";
  const headers = { host: url.host, "x-k8s-aws-id": cluster };
  const date = searchParams.get("X-Amz-Date") ?? "";
  const right = signature({ method: "GET", url, headers, scope: scope.join("/"), date, secret });
  return searchParams.get("X-Amz-Signature") === right ? undefined : "SignatureDoesNotMatch";
}
