// Runs a real server as a program on this machine, which ends with the process that starts it.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { ownPort } from "./own-port.ts";
import { PATIENCE_MS } from "./patience.ts";

type Command = {
  readonly program: string;
  /** Its arguments, by the address that it is to listen on. */
  readonly flags: (listen: string) => readonly string[];
  /** Where it runs, and leaves what it leaves in the working directory. */
  readonly cwd?: string;
  /** What is in its environment beside what is in this one's. */
  readonly env?: Readonly<Record<string, string>>;
  /** The path that answers 200 once it is ready. */
  readonly readyPath: string;
};

export type Place = {
  readonly address?: string;
  /** One of this process's own where none is given. */
  readonly port?: number;
};

export type Running = {
  readonly origin: string;
  /** Ends it, orderly or as in a crash, and waits until it is gone. */
  end(signal: "TERM" | "KILL"): Promise<void>;
};

// It must not outlive its parent, however that one dies: the shell between them ends it when its input closes, which the kernel
// sees to. The shell lets go of the log, so that the log ends when the program does.
const GUARD = '"$@" </dev/null & exec 2>&-; read -r signal || signal=KILL; kill -s "$signal" $!; wait $!';

/** Starts a server, and waits until it is ready. */
export async function startProgram(command: Command, { address = "127.0.0.1", port }: Place = {}): Promise<Running> {
  const listen = `${address}:${port ?? (await ownPort(address))}`;
  const log = { text: "" };
  const guard = spawnGuarded(command, listen, log);
  try {
    return await whenReady(guard, `http://${listen}`, command.readyPath);
  } catch (error) {
    throw new Error(`${command.program} did not start:\n${log.text}`, { cause: error });
  }
}

type Guard = { readonly end: Running["end"]; readonly isGone: Promise<"gone"> };

function spawnGuarded({ program, flags, cwd, env }: Command, listen: string, log: { text: string }): Guard {
  const words = ["-c", GUARD, "sh", program, ...flags(listen)];
  const guard = spawn("sh", words, { stdio: ["pipe", "ignore", "pipe"], detached: true, cwd, env: { ...process.env, ...env } });
  const exited = once(guard, "exit");
  keepStartOf(guard, log);
  // Where the program is gone already, nothing reads the signal any more.
  guard.stdin?.on("error", () => {});
  return {
    isGone: once(guard.stderr, "end").then(() => "gone"),
    async end(signal) {
      guard.stdin?.end(`${signal}\n`);
      await exited;
    },
  };
}

const MAX_LOG = 20_000;

// All of it is read, else the program waits for a reader.
function keepStartOf({ stderr }: ChildProcess, log: { text: string }): void {
  stderr?.setEncoding("utf8");
  stderr?.on("data", (text: string) => {
    if (log.text.length < MAX_LOG) log.text += text;
  });
}

async function whenReady({ end, isGone }: Guard, origin: string, path: string): Promise<Running> {
  const over = new AbortController();
  try {
    if ((await Promise.race([isReady(origin + path, over.signal), isGone])) === "ready") return { origin, end };
    throw new Error(`nothing at ${origin} became ready`);
  } catch (error) {
    await end("KILL");
    throw error;
  } finally {
    over.abort();
  }
}

async function isReady(url: string, signal: AbortSignal): Promise<"ready" | "late"> {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline && !signal.aborted) {
    const response = await fetch(url).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.status === 200) return "ready";
    await sleep(50);
  }
  return "late";
}
