// Simulates the Parameter Store and the Secrets Manager as far as references need them.

import { text } from "node:stream/consumers";
import { serve } from "./http-server.ts";

/** The Parameter Store and the Secrets Manager on one port of the loopback interface, which the SDK finds by AWS_ENDPOINT_URL. */
export type SecretStore = {
  readonly parameters: Map<string, string>;
  readonly secrets: Map<string, string>;
  /** Names whose reads are denied, and actions. */
  readonly forbidden: Set<string>;
  /** The calls, oldest first: the action, and the names. */
  readonly calls: string[];
  /** Answers everything with this code, until it is called without. */
  failWith(code?: string): void;
  close(): Promise<void>;
};

type Asked = {
  readonly Name?: string;
  readonly Names?: readonly string[];
  readonly SecretId?: string;
  readonly SecretIdList?: readonly string[];
  readonly WithDecryption?: boolean;
};
type Told = { readonly result: object } | { readonly code: string };

// The longest lists that the real services accept.
const MAX_NAMES = 10;
const MAX_SECRETS = 20;

export async function startSecretStore(): Promise<SecretStore> {
  const parameters = new Map<string, string>();
  const secrets = new Map<string, string>();
  const forbidden = new Set<string>();
  const calls: string[] = [];
  let failure: string | undefined;

  function answer(action: string, { Name, Names, SecretId, SecretIdList, WithDecryption }: Asked): Told {
    const names = [Names, Name, SecretId, SecretIdList].flat().filter((name) => name !== undefined);
    calls.push(`${action} ${names.join(" ")}`);
    if (action === "BatchGetSecretValue" && failure === undefined && !forbidden.has(action)) return secretsIn(names);
    const code = failure ?? refusal(action, names);
    if (code !== undefined) return { code };
    if (action === "GetSecretValue")
      return first("ResourceNotFoundException", valuesOf(secrets, names), (SecretString) => ({ SecretString }));
    const values = valuesOf(parameters, names).map((Value) => (WithDecryption === true ? Value : "encrypted"));
    if (action === "GetParameter") return first("ParameterNotFound", values, (Value) => ({ Parameter: { Name, Value } }));
    const known = names.filter((name) => parameters.has(name));
    return { result: { Parameters: known.map((name, index) => ({ Name: name, Value: values[index] })) } };
  }

  function refusal(action: string, names: readonly string[]): string | undefined {
    if (names.length > MAX_NAMES) return "ValidationException";
    return [action, ...names].some((name) => forbidden.has(name)) ? "AccessDeniedException" : undefined;
  }

  // One that may not be read spoils no other. https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html
  function secretsIn(ids: readonly string[]): Told {
    if (ids.length > MAX_SECRETS) return { code: "InvalidParameterException" };
    const codeOf = (id: string) => refusal("", [id]) ?? (secrets.has(id) ? undefined : "ResourceNotFoundException");
    const Errors = ids.filter((id) => codeOf(id)).map((SecretId) => ({ SecretId, ErrorCode: codeOf(SecretId), Message: "no" }));
    const SecretValues = ids.filter((id) => !codeOf(id)).map((Name) => ({ Name, SecretString: secrets.get(Name) }));
    return { result: { SecretValues, Errors } };
  }

  const { url, close } = await serve(async (request, response) => {
    const [, action = ""] = String(request.headers["x-amz-target"]).split(".");
    const result = answer(action, JSON.parse(await text(request)));
    response.writeHead("code" in result ? 400 : 200, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify("code" in result ? { __type: result.code, message: "no" } : result.result));
  });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "AKIAOWN",
    AWS_SECRET_ACCESS_KEY: "canary-secret-of-our-own",
  });
  return {
    parameters,
    secrets,
    forbidden,
    calls,
    failWith: (code) => {
      failure = code;
    },
    close,
  };
}

function valuesOf(kept: ReadonlyMap<string, string>, names: readonly string[]): string[] {
  return names.flatMap((name) => kept.get(name) ?? []);
}

function first(code: string, [value]: readonly string[], result: (value: string) => object): Told {
  return value === undefined ? { code } : { result: result(value) };
}
