import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { UpstreamError } from "../core/errors.ts";
import type { Ref } from "../core/source.ts";

/** The text that a reference points at, without the line end that editors add; an {@link UpstreamError} `secret-unreadable` names the reference. */
export async function readSecret(ref: Ref, folder: string): Promise<string> {
  const text = "env" in ref ? process.env[ref.env] : await readText(resolvePath(ref.file, folder));
  const trimmed = text?.trim();
  if (trimmed) return trimmed;
  const place = "env" in ref ? `the environment variable ${ref.env}` : `the file ${ref.file}`;
  throw new UpstreamError("secret-unreadable", `${place} is missing or empty`);
}

/** A path of the fleet file, relative to the folder that the file is in; `~` is the home folder. */
export function resolvePath(path: string, folder: string): string {
  return resolve(folder, path.replace(/^~(?=\/|$)/, homedir()));
}

async function readText(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === undefined) throw error;
    return undefined;
  });
}
