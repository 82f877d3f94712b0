import { type Code, UpstreamError } from "../../core/errors.ts";
import { valueAt } from "../../core/json.ts";
import { sanitize } from "../../core/text.ts";
import { NETWORK_CODES } from "../http/network-error.ts";

/** Whose name a request to AWS carries. */
export type AwsIdentity = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
};

/** How long a client of the SDK tries: five seconds at most, so that two calls fit into one cluster's time. */
export const PATIENCE = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_500, requestTimeout: 2_500, throwOnRequestTimeout: true },
} as const;

/** The credentials that this process has by itself, kept and renewed by the SDK; an {@link UpstreamError} where it has none. */
export async function ownCredentials(): Promise<AwsIdentity> {
  const { provider } = await import("./provider.ts");
  return orUpstreamError("this process's own AWS credentials", provider());
}

/** The answer to a call of the SDK; an {@link UpstreamError} says what was asked for and the name that AWS gives to the failure. */
export async function orUpstreamError<Answer>(what: string, call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    const word = wordOf(error);
    if (word === undefined) throw error;
    // AWS's own message may repeat the request, signature and session token included.
    const said = NO_CREDENTIALS.test(word) ? "no AWS credentials" : sanitize(word, 80);
    throw new UpstreamError(codeOf(word, statusOf(error)), `${what}: ${said}`);
  }
}

const NO_REGION = "no region is known: name one in the fleet file, or set AWS_REGION";

// What is thrown without any of the SDK's or Node's marks is a bug.
function wordOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.message === "Region is missing") return NO_REGION;
  if ("code" in error && typeof error.code === "string") return error.code;
  return "$metadata" in error || /^TimeoutError$|ProviderError$/.test(error.name) ? error.name : undefined;
}

function statusOf(error: unknown): number {
  return Number(valueAt(error, ["$metadata", "httpStatusCode"]));
}

// The SDK's name for having looked for credentials everywhere.
const NO_CREDENTIALS = /^CredentialsProviderError/;

const CODES: readonly (readonly [RegExp, Code])[] = [
  [NO_CREDENTIALS, "no-aws-credentials"],
  [/^(ExpiredToken|RequestExpired|InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId)/, "unauthorized"],
  [/^(SignatureDoesNotMatch|InvalidSignature|IncompleteSignature|MissingAuthenticationToken)/, "unauthorized"],
  [/^(AccessDenied|RegionDisabled|OutboundWebIdentityFederationDisabled)/, "forbidden"],
  [/^(ResourceNotFound|NoSuch|NotFound|QueueDoesNotExist)/, "not-found"],
  [/Throttl|^TooManyRequests|^RequestLimitExceeded/, "throttled"],
  [/^TimeoutError/, "timeout"],
  [/^HPE_/, "unavailable"],
  ...NETWORK_CODES,
];

function codeOf(word: string, status: number): Code {
  const [, code] = CODES.find(([pattern]) => pattern.test(word)) ?? [];
  return code ?? (status >= 500 || status < 300 ? "unavailable" : "secret-unreadable");
}
