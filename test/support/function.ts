// Invokes functions in the process of the tests, each begun anew, which costs a tenth of a process.

import { join } from "node:path";
import { vi } from "vitest";
import { type Invoked, invokeEach, type Lambda, type Output, toOutput } from "./lambda.ts";

type Environment = Readonly<Record<string, string>>;
type Handler = (payload: unknown, context: object) => Promise<unknown>;

const FUNCTIONS = join(import.meta.dirname, "../../functions");
// What Node and Vitest have in the environment, and no function reads.
const KEPT = /^(NODE|VITEST|VITE)_?/;

/** Begins `functions/<name>.ts` with modules of its own, and nothing else than this in its environment; one is invoked at a time. */
export async function startFunction(name: string, environment: Environment): Promise<Lambda<Invoked>> {
  const written: string[] = [];
  const within = <Result>(work: () => Promise<Result>) => withEnvironment({ PUSH_PATIENCE: "10000", ...environment }, written, work);
  const handler = await within(() => load(name));
  return {
    invoke: (payload, { remainingMs = 60_000 } = {}) =>
      within(() =>
        handler(payload, { awsRequestId: crypto.randomUUID(), getRemainingTimeInMillis: () => remainingMs }).then(
          (answer) => ({ answer }),
          ({ name, message }: Error) => ({ error: { name, message } }),
        ),
      ),
    end: async () => toOutput(written.join("")),
  };
}

/** Begins a function, invokes it with each payload, one after the other, and ends it. */
export async function invokeOnce(
  name: string,
  environment: Environment,
  ...payloads: readonly unknown[]
): Promise<Output & { invoked: readonly Invoked[] }> {
  return invokeEach(await startFunction(name, environment), payloads);
}

// As in Lambda, a function that cannot be loaded fails when it is invoked.
async function load(name: string): Promise<Handler> {
  vi.resetModules();
  const loaded: { handler: Handler } = await import(join(FUNCTIONS, `${name}.ts`)).catch((error: Error) => ({
    handler: () => Promise.reject(error),
  }));
  return loaded.handler;
}

async function withEnvironment<Result>(environment: Environment, written: string[], work: () => Promise<Result>): Promise<Result> {
  const before = { ...process.env };
  const own = Object.entries(before).filter(([name]) => KEPT.test(name));
  const outputs = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, "write").mockImplementation(keepIn(written)));
  try {
    setEnvironment({ ...Object.fromEntries(own), ...environment });
    return await work();
  } finally {
    setEnvironment(before);
    for (const output of outputs) output.mockRestore();
  }
}

function setEnvironment(environment: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, environment);
}

function keepIn(written: string[]): typeof process.stdout.write {
  return (text: string | Uint8Array) => written.push(String(text)) > 0;
}
