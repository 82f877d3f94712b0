// Simulates STS and EKS, and records their calls.

import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { serve } from "./http-server.ts";

/** One call as it arrived: the parameters of STS, or the path of EKS. */
type AwsCall = { readonly action: string; readonly parameters: Readonly<Record<string, string>>; readonly authorization: string };

export type AwsAnswer =
  | { readonly result: object }
  | { readonly refused: string; readonly status: number; readonly message: string }
  | { readonly raw: string; readonly status: number }
  | "hang";

/** AWS STS (query protocol) and Amazon EKS on one port of the loopback interface, which the SDK finds by AWS_ENDPOINT_URL. */
export type Aws = {
  readonly url: string;
  /** What was asked for, oldest first. */
  readonly calls: AwsCall[];
  /** What is answered to one action from now on. */
  answer(action: string, answer: (call: AwsCall) => AwsAnswer): void;
  close(): Promise<void>;
};

export async function startAws(): Promise<Aws> {
  const calls: AwsCall[] = [];
  const answers = new Map<string, (call: AwsCall) => AwsAnswer>();
  const { url, close } = await serve(async (request, response) => {
    const call = await parseCall(request);
    calls.push(call);
    const answer = answers.get(call.action)?.(call) ?? refused("InvalidAction", 400);
    if (answer === "hang") return;
    const isXml = call.action !== "DescribeCluster";
    response.writeHead("result" in answer ? 200 : answer.status, {
      "content-type": isXml ? "text/xml" : "application/json",
      ...("refused" in answer && { "x-amzn-errortype": answer.refused }),
    });
    response.end(isXml ? xmlBody(call.action, answer) : jsonBody(answer));
  });
  return { url, calls, answer: (action, answer) => void answers.set(action, answer), close };
}

export function refused(code: string, status: number, message = "no"): AwsAnswer {
  return { refused: code, status, message };
}

/** The answer of AssumeRole: the keys say whose they are. */
export function credentials(id: string, expiration: Date, secret = `secret-of-${id}`): AwsAnswer {
  const keys = { AccessKeyId: id, SecretAccessKey: secret, SessionToken: `session-of-${id}` };
  return { result: { Credentials: { ...keys, Expiration: expiration.toISOString() } } };
}

async function parseCall(request: IncomingMessage): Promise<AwsCall> {
  const { pathname } = new URL(request.url ?? "", "http://aws");
  const parameters = Object.fromEntries(new URLSearchParams(await text(request)));
  const authorization = request.headers.authorization ?? "";
  if (!pathname.startsWith("/clusters/")) return { action: parameters.Action ?? "", parameters, authorization };
  return { action: "DescribeCluster", parameters: { name: pathname.slice("/clusters/".length) }, authorization };
}

type Told = Exclude<AwsAnswer, "hang">;

function xmlBody(action: string, answer: Told): string {
  if ("raw" in answer) return answer.raw;
  if ("refused" in answer)
    return `<ErrorResponse><Error>${xml({ Type: "Sender", Code: answer.refused, Message: answer.message })}</Error></ErrorResponse>`;
  return `<${action}Response><${action}Result>${xml(answer.result)}</${action}Result></${action}Response>`;
}

function jsonBody(answer: Told): string {
  if ("raw" in answer) return answer.raw;
  return JSON.stringify("refused" in answer ? { message: answer.message } : answer.result);
}

function xml(value: object): string {
  return Object.entries(value)
    .map(([name, inner]) => `<${name}>${typeof inner === "object" ? xml(inner) : inner}</${name}>`)
    .join("");
}
