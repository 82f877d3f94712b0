import { execFile } from "node:child_process";

export type Ended = { readonly code: unknown; readonly stdout: string; readonly stderr: string };

/** Runs the command line as a person does, with no fleet named but by `environment`. */
export function alertstatus(words: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const { FLEET: _, ...rest } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, ["functions/cli.ts", ...words], { env: { ...rest, ...environment } }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}
