// Simulates S3 and the Parameter Store as far as a fleet needs them.

import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Settings } from "./fleet-keeper.ts";
import { serve } from "./http-server.ts";

/** Plays as much of S3 and of the Parameter Store as a fleet needs; `test/cli/fleet-push-suite.ts` holds it to what the local cloud does. */
export type AwsStore = {
  /** The environment with which a program calls this server. */
  readonly env: Readonly<Record<string, string>>;
  readonly settings: Settings;
  /** The number of requests. */
  requests(): number;
  /** Answers everything with this, until it is called without. */
  failWith(failure?: Failure): void;
  close(): Promise<void>;
};

type Refusal = { readonly status: number; readonly code: string; readonly message?: string };
export type Failure = Refusal | { readonly status: number; readonly page: string } | "hangs up" | "never ends";

type Version = { readonly id: string; readonly body: string; readonly etag: string; readonly type: string };
type Bucket = { isVersioned: boolean; readonly objects: Map<string, Version[]> };
type Answer = { readonly status: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> };

export async function startAwsStore(): Promise<AwsStore> {
  const buckets = new Map<string, Bucket>();
  const parameters = new Map<string, { Value: string; Version: number }>();
  let failure: Failure | undefined;
  let count = 0;
  const server = await serve(async (request, response) => {
    count++;
    const body = await textOf(request);
    const isSsm = request.headers["x-amz-target"] !== undefined;
    if (failure !== undefined) return fail(failure, isSsm, request, response);
    send(response, isSsm ? askSsm(parameters, request, body) : askS3(buckets, request, body));
  });
  return {
    env: {
      AWS_ENDPOINT_URL: server.url,
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_EC2_METADATA_DISABLED: "true",
    },
    settings: { endpoint: server.url, region: "eu-central-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } },
    requests: () => count,
    failWith: (next) => {
      failure = next;
    },
    close: server.close,
  };
}

function fail(failure: Failure, isSsm: boolean, request: IncomingMessage, response: ServerResponse): void {
  if (failure === "hangs up") request.socket.destroy();
  else if (failure === "never ends") response.writeHead(200).write(" ");
  else if ("page" in failure) send(response, { status: failure.status, body: failure.page });
  else send(response, isSsm ? ssmError(failure) : s3Error(failure));
}

function askS3(buckets: Map<string, Bucket>, request: IncomingMessage, body: string): Answer {
  const { pathname, searchParams } = new URL(request.url ?? "", "http://store");
  const [, name = "", ...rest] = decodeURIComponent(pathname).split("/");
  const key = rest.join("/");
  if (request.method === "PUT" && key === "" && !searchParams.has("versioning")) {
    buckets.set(name, { isVersioned: false, objects: new Map() });
    return { status: 200 };
  }
  const bucket = buckets.get(name);
  if (bucket === undefined) return s3Error({ status: 404, code: "NoSuchBucket" });
  if (request.method === "PUT" && key === "") {
    bucket.isVersioned = body.includes("Enabled");
    return { status: 200 };
  }
  return request.method === "PUT" ? putObject(bucket, key, request, body) : getObject(bucket, key, request, searchParams.get("versionId"));
}

function getObject({ isVersioned, objects }: Bucket, key: string, { headers }: IncomingMessage, id: string | null): Answer {
  const versions = objects.get(key);
  if (versions === undefined) return s3Error({ status: 404, code: "NoSuchKey" });
  const version = id === null ? versions.at(-1) : versions.find((version) => version.id === id);
  if (version === undefined) return s3Error({ status: 404, code: "NoSuchVersion" });
  if (headers["if-none-match"] === version.etag) return { status: 304, headers: { etag: version.etag } };
  const versionId = isVersioned && { "x-amz-version-id": version.id };
  return { status: 200, body: version.body, headers: { etag: version.etag, "content-type": version.type, ...versionId } };
}

function putObject({ isVersioned, objects }: Bucket, key: string, { headers }: IncomingMessage, body: string): Answer {
  const versions = objects.get(key) ?? [];
  const current = versions.at(-1);
  const isRefused =
    (headers["if-none-match"] === "*" && current !== undefined) ||
    (headers["if-match"] !== undefined && headers["if-match"] !== current?.etag);
  if (isRefused) return s3Error({ status: 412, code: "PreconditionFailed" });
  const etag = `"${createHash("md5").update(body).digest("hex")}"`;
  const version = { id: `v${versions.length + 1}`, body, etag, type: headers["content-type"] ?? "" };
  objects.set(key, isVersioned ? [...versions, version] : [version]);
  return { status: 200, headers: { etag, ...(isVersioned && { "x-amz-version-id": version.id }) } };
}

function askSsm(parameters: Map<string, { Value: string; Version: number }>, { headers }: IncomingMessage, body: string): Answer {
  const { Name, Value } = JSON.parse(body);
  const known = parameters.get(Name);
  if (headers["x-amz-target"] === "AmazonSSM.PutParameter") {
    const Version = (known?.Version ?? 0) + 1;
    parameters.set(Name, { Value, Version });
    return ssm(200, { Version, Tier: "Standard" });
  }
  if (known === undefined) return ssmError({ status: 400, code: "ParameterNotFound" });
  return ssm(200, { Parameter: { Name, Type: "String", ...known } });
}

function ssmError({ status, code, message = code }: Refusal): Answer {
  return ssm(status, { __type: code, message });
}

function ssm(status: number, answer: object): Answer {
  return { status, body: JSON.stringify(answer), headers: { "content-type": "application/x-amz-json-1.1" } };
}

function s3Error({ status, code, message = code }: Refusal): Answer {
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, body, headers: { "content-type": "application/xml" } };
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  response.writeHead(status, headers).end(body);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
