import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { resolve } from "node:path";
import type { Ref } from "../../core/access/ref.ts";
import { UpstreamError } from "../../core/errors.ts";
import { isObject, type JsonObject, parseJson } from "../../core/json.ts";
import { openCache } from "../cache.ts";

/** The text that a reference points at, without the line end that editors add; an {@link UpstreamError} `secret-unreadable` names the reference. */
export async function readSecret(ref: Ref, folder: string | undefined): Promise<string> {
  const whole = await readWhole(ref, folder);
  return "secret" in ref && ref.key !== undefined ? readField(whole, ref.key, refText(ref)) : whole;
}

/** All that is kept under the reference's name, whatever `key` it asks for. */
export async function readWhole(ref: Ref, folder: string | undefined): Promise<string> {
  const text = (await readText(ref, folder))?.trim();
  if (text) return text;
  throw new UpstreamError("secret-unreadable", `${refText(ref)} is missing or empty`);
}

/** A path of the fleet file, relative to the folder that the file is in; `~` is the home folder. */
export function resolvePath(path: string, folder: string): string {
  return resolve(folder, path.replace(/^~(?=\/|$)/, homedir()));
}

/** How a person is told of a reference. */
export function refText(ref: Ref): string {
  if ("env" in ref) return `the environment variable ${ref.env}`;
  if ("file" in ref) return `the file ${ref.file}`;
  return "ssm" in ref ? `the parameter ${ref.ssm}` : `the secret ${ref.secret}`;
}

/** What a JSON object holds under a key; an {@link UpstreamError} where there is no such text. */
export function readField(json: string, key: string, name: string): string {
  const object = parseObject(json) ?? {};
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  if (typeof value === "string" && value.trim() !== "") return value.trim();
  throw new UpstreamError("secret-unreadable", `${name} holds no JSON object with a text under ${key}`);
}

/** The JSON object that a text is; undefined where it is anything else. */
export function parseObject(text: string): JsonObject | undefined {
  const value = text.startsWith("{") ? parseJson(text) : undefined;
  return isObject(value) ? value : undefined;
}

async function readText(ref: Ref, folder = "."): Promise<string | undefined> {
  if ("env" in ref) return process.env[ref.env];
  return "file" in ref ? readFileText(ref.file, folder) : readStored(ref);
}

type Stored = Exclude<Ref, { env: string } | { file: string }>;

// Whatever is being asked for gives all that ask the same answer; nothing is kept after that.
const underway = openCache<string>({ untilMs: () => 0 });

function readStored(ref: Stored): Promise<string> {
  return underway.read(refText(ref), { nowMs: 0 }, () => askAws(ref));
}

// What asks AWS is loaded by those who keep their secrets there.
async function askAws(ref: Stored): Promise<string> {
  try {
    if ("ssm" in ref) return await (await import("../aws/parameter.ts")).readParameter(ref.ssm);
    return await (await import("../aws/secret.ts")).readStoredSecret(ref.secret);
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    throw new UpstreamError("secret-unreadable", `${refText(ref)} cannot be read: ${error.message}`);
  }
}

async function readFileText(file: string, folder: string): Promise<string | undefined> {
  return readFile(resolvePath(file, folder), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === undefined) throw error;
    if (error.code === "ENOENT") return undefined;
    throw new UpstreamError("secret-unreadable", `${refText({ file })} cannot be read: ${error.code}`);
  });
}
