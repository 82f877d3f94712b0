import { ConfigError } from "../../core/errors.ts";

const LOG_IN = "log in to AWS again, or check which credentials this process runs with";
const NETWORK = "check the network path to AWS, and the endpoint and region that this process is given";

const remedies: Readonly<Record<string, string>> = {
  "Region is missing": "set AWS_REGION, or the region of the profile in use",
  CredentialsProviderError: "no AWS credentials were found: log in, or name a profile in AWS_PROFILE",
  ExpiredToken: LOG_IN,
  ExpiredTokenException: LOG_IN,
  InvalidAccessKeyId: LOG_IN,
  InvalidClientTokenId: LOG_IN,
  UnrecognizedClientException: LOG_IN,
};

/**
 * What AWS answered to `action`, by the error's name, and what to do; `known` are remedies for the answers of that action.
 * An answer's own words are left out: they may repeat what was sent.
 */
export function awsRefusal(action: string, error: unknown, known: Readonly<Record<string, string>>): ConfigError {
  if (!(error instanceof Error) || error instanceof ReferenceError) throw error;
  const said = "code" in error && typeof error.code === "string" ? error.code : error.name;
  const code = said !== "Error" && /^[A-Za-z][\w.]{0,60}$/.test(said) ? said : "no answer of AWS";
  const name = Object.hasOwn(remedies, error.message) ? error.message : code;
  return new ConfigError(`${action}: ${name}: ${known[name] ?? remedies[name] ?? NETWORK}`);
}
