// What all real servers of the tests share: a folder of their own, an end, and a start anew with or without what they stored.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Part, programOf } from "../tools/parts/parts.ts";
import { type Place, type Running, startProgram } from "./program.ts";

export type RealServer = {
  readonly url: string;
  /** Where its files are; what it stores is in `data`. */
  readonly folder: string;
  /** It dies as in a crash; what it stored stays. */
  kill(): Promise<void>;
  /** It dies, and what it stored is lost. */
  loseData(): Promise<void>;
  /** Ends it for good, and removes what it stored. */
  stop(): Promise<void>;
  /** Starts it again on the same port and on what it stored; one that still runs is ended first, as on an orderly restart. */
  restart(): Promise<void>;
  /** Replaces one of its files. */
  write(name: string, content: object): Promise<void>;
};

type Settings = Place & {
  readonly part: Part;
  readonly binary: string;
  /** Its arguments, by its folder and by the address that it is to listen on. */
  readonly flags: (folder: string, listen: string) => readonly string[];
  /** What is in its folder when it starts, written as JSON, which every reader of YAML takes. */
  readonly files?: Readonly<Record<string, object>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly readyPath: string;
};

/** Starts a real server, and waits until it is ready. */
export async function startServer({ part, binary, flags, files = {}, env, readyPath, address, port }: Settings): Promise<RealServer> {
  const program = programOf(part, binary);
  const folder = await mkdtemp(join(tmpdir(), `${binary}-`));
  const write = (name: string, content: object) => writeFile(join(folder, name), JSON.stringify(content), { mode: 0o600 });
  const cleanUp = () => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  const run = (place: Place) => startProgram({ program, cwd: folder, flags: (listen) => flags(folder, listen), env, readyPath }, place);
  const start = async () => {
    for (const [name, content] of Object.entries(files)) await write(name, content);
    return run({ address, port });
  };
  let running: Running | undefined = await start().catch(async (error) => {
    await cleanUp();
    throw error;
  });
  const { origin } = running;
  const end = async (signal: "TERM" | "KILL") => {
    await running?.end(signal);
    running = undefined;
  };
  return {
    url: origin,
    folder,
    write,
    kill: () => end("KILL"),
    async loseData() {
      await end("KILL");
      await rm(join(folder, "data"), { recursive: true, force: true, maxRetries: 3 });
    },
    async stop() {
      await end("KILL");
      await cleanUp();
    },
    async restart() {
      await end("TERM");
      const { hostname, port: same } = new URL(origin);
      running = await run({ address: hostname, port: Number(same) });
    },
  };
}

/** Has a server read its rules again, in the way that Prometheus, vmalert and Thanos share. */
export async function reloadRules(url: string): Promise<void> {
  const { status } = await fetch(`${url}/-/reload`, { method: "POST" });
  if (status !== 200) throw new Error(`${url} answered ${status} to a reload of its rules`);
}
