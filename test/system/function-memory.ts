// Reads from the log how much memory the functions have used.

import { readdir, readFile } from "node:fs/promises";
import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import type { CloudAccess } from "../support/local-cloud.ts";

/** The most that any process of a function has used, as the kernel counts it, and what the function may use. */
export async function peakMemory({ settings }: CloudAccess, FunctionName: string): Promise<{ usedMb: number; givenMb: number }> {
  const lambda = new LambdaClient(settings);
  const { MemorySize = 0 } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  lambda.destroy();
  const processes = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const used = await Promise.all(processes.map((id) => peakOf(id, FunctionName).catch(goneMeanwhile)));
  return { usedMb: Math.max(...used), givenMb: MemorySize };
}

async function peakOf(id: string, FunctionName: string): Promise<number> {
  const command = await readFile(`/proc/${id}/cmdline`, "utf8");
  if (!command.includes(`ministack-lambda-${FunctionName}-`)) return 0;
  const [, kilobytes = "0"] = /^VmHWM:\s+(\d+) kB/m.exec(await readFile(`/proc/${id}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1024;
}

function goneMeanwhile(error: NodeJS.ErrnoException): number {
  if (error.code === "ENOENT" || error.code === "ESRCH") return 0;
  throw error;
}
