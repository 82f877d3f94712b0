import { GetParameterCommand, GetParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { type Code, UpstreamError } from "../../core/errors.ts";
import { orUpstreamError, PATIENCE } from "./client.ts";

// As many as one call takes. A cold start asks for hundreds at once, and an account has forty calls a second:
// https://docs.aws.amazon.com/general/latest/gr/ssm.html
const MOST = 10;
// One that may not be read makes AWS refuse all that are asked for with it.
const ONE_SPOILS_ALL = new Set<Code>(["forbidden", "not-found", "secret-unreadable"]);

type Waiting = { readonly name: string; readonly resolve: (text: Promise<string>) => void };
type Found = { readonly texts: ReadonlyMap<string, string>; readonly failure?: UpstreamError };

const client = new SSMClient(PATIENCE);
let waiting: Waiting[] = [];

/** A parameter of the Systems Manager, decrypted, asked for together with the others that are wanted now; an {@link UpstreamError} has AWS's word for the failure. */
export function readParameter(name: string): Promise<string> {
  return new Promise((resolve) => {
    waiting.push({ name, resolve });
    if (waiting.length === 1) setImmediate(askForAll);
  });
}

function askForAll(): void {
  const all = waiting;
  waiting = [];
  for (let start = 0; start < all.length; start += MOST) {
    const batch = all.slice(start, start + MOST);
    const found = batch.length > 1 ? together(batch.map(({ name }) => name)) : Promise.resolve(NOTHING);
    for (const { name, resolve } of batch) resolve(found.then((answer) => textOf(name, answer)));
  }
}

const NOTHING: Found = { texts: new Map() };

async function together(names: string[]): Promise<Found> {
  try {
    const call = client.send(new GetParametersCommand({ Names: names, WithDecryption: true }));
    const { Parameters = [] } = await orUpstreamError("ssm:GetParameters", call);
    return { texts: new Map(Parameters.map(({ Name = "", Value = "" }) => [Name, Value])) };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return ONE_SPOILS_ALL.has(error.code) ? NOTHING : { texts: NOTHING.texts, failure: error };
  }
}

async function textOf(name: string, { texts, failure }: Found): Promise<string> {
  if (failure !== undefined) throw failure;
  return texts.get(name) ?? (await askAlone(name));
}

async function askAlone(name: string): Promise<string> {
  const call = client.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
  const { Parameter } = await orUpstreamError("ssm:GetParameter", call);
  return Parameter?.Value ?? "";
}
