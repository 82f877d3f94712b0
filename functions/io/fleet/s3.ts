// Reads and replaces a fleet in S3, so that no push overwrites another one unseen.

import { addAbortSignal, Readable } from "node:stream";
import { GetObjectCommand, HeadObjectCommand, NoSuchKey, PutObjectCommand, S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { ConfigError, UpstreamError } from "../../core/errors.ts";
import { orUpstreamError } from "../aws/client.ts";
import { awsRefusal } from "../aws/refusal.ts";
import type { FleetPlace } from "./text.ts";

/** An object in a bucket; without `versionId` its current version. */
type S3Place = { readonly bucket: string; readonly key: string; readonly versionId?: string };

/** The content of an object; without `versionId` the bucket is not versioned. */
export type FleetObject = { readonly text: string; readonly etag?: string; readonly versionId?: string };

// Ten thousand clusters take 3 MB.
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_READING_MS = 10_000;
const MAX_WRITING_MS = 60_000;

const client = new S3Client({
  followRegionRedirects: true,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
});

const OVERTAKEN = "another push has replaced it meanwhile: run the command again, which compares with the current fleet";

const refusals = {
  NoSuchKey: "there is no fleet yet: `fleet push --to` puts one there",
  NoSuchVersion: "there is no such version",
  NoSuchBucket: "there is no such bucket: check its name and the account",
  AccessDenied: "allow it on this object, and s3:ListBucket on the bucket: without it S3 denies a missing object too",
  PreconditionFailed: OVERTAKEN,
  ConditionalRequestConflict: OVERTAKEN,
};

/** `s3://bucket/key`, or an earlier version of it, `s3://bucket/key?versionId=V`. */
function parseS3Uri(uri: string): S3Place {
  const [, bucket, key, versionId] = /^s3:\/\/([a-z0-9][a-z0-9.-]+)\/(.+?)(?:\?versionId=([^?&#\s]+))?$/.exec(uri) ?? [];
  if (bucket === undefined || key === undefined) throw new ConfigError("a place in S3 is written s3://bucket/key");
  return { bucket, key, versionId };
}

export function s3Place(uri: string): FleetPlace {
  const place = parseS3Uri(uri);
  return {
    folder: undefined,
    read: async (lastMark) => {
      const object = await readObject(place, lastMark);
      if (object === "unchanged") return undefined;
      if (object === "absent") throw new ConfigError(`s3:GetObject: NoSuchKey: ${refusals.NoSuchKey}`);
      return { text: object.text, mark: object.etag, version: object.versionId ?? object.etag };
    },
  };
}

/** The object that a push would replace; undefined where there is none. */
export async function currentObject(uri: string): Promise<FleetObject | undefined> {
  const place = parseS3Uri(uri);
  if (place.versionId !== undefined) throw new ConfigError("an earlier version cannot be replaced: leave ?versionId out");
  const object = await readObject(place);
  return typeof object === "string" ? undefined : object;
}

/** The text of an earlier version of an object; a {@link ConfigError} where there is no such version. */
export async function readVersion(uri: string, versionId: string): Promise<string> {
  const object = await readObject({ ...parseS3Uri(uri), versionId });
  if (typeof object === "string") throw new ConfigError(`s3:GetObjectVersion: NoSuchVersion: ${refusals.NoSuchVersion}`);
  return object.text;
}

/** An object by the name of its version; `isRead`: what was read under another name holds the same. */
export type CurrentVersion = { readonly version: string; readonly isRead: boolean };

/** The version of the object at a URI, as its readers name it, beside the one that a reader has `read`; an UpstreamError where it is not told. */
export async function currentVersion(uri: string, read: string | undefined): Promise<CurrentVersion> {
  const { bucket, key } = parseS3Uri(uri);
  const head = (VersionId?: string) => client.send(new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId }));
  const { VersionId, ETag = "" } = await orUpstreamError("s3:HeadObject", head());
  const version = versionOf(VersionId) ?? ETag;
  if (read === undefined || read === version) return { version, isRead: read === version };
  // A reader that finds the same text again keeps the name that it has.
  const earlier = await orUpstreamError("s3:HeadObject", head(read)).catch((error: unknown) => {
    if (!(error instanceof UpstreamError)) throw error;
    return undefined;
  });
  return { version, isRead: earlier?.ETag === ETag };
}

// A bucket without versions has one that is named so.
function versionOf(version: string | undefined): string | undefined {
  return version === "null" ? undefined : version;
}

/** Reads an object of at most 16 MiB, unless it still has the ETag `lastEtag`. */
async function readObject({ bucket, key, versionId }: S3Place, lastEtag?: string): Promise<FleetObject | "unchanged" | "absent"> {
  const abortSignal = AbortSignal.timeout(MAX_READING_MS);
  const command = new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId, IfNoneMatch: lastEtag });
  try {
    const { Body, ETag, VersionId } = await client.send(command, { abortSignal });
    const text = Body instanceof Readable ? await readText(addAbortSignal(abortSignal, Body)) : "";
    return { text, etag: ETag, versionId: versionOf(VersionId) };
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 304) return "unchanged";
    if (error instanceof NoSuchKey) return "absent";
    throw awsRefusal(versionId === undefined ? "s3:GetObject" : "s3:GetObjectVersion", error, refusals);
  }
}

/** Writes the object if it still has the ETag `lastEtag`; without one, if there is no object yet. The version that it is now; undefined where the bucket keeps none. */
export async function writeObject(uri: string, text: string, lastEtag: string | undefined): Promise<string | undefined> {
  if (Buffer.byteLength(text) > MAX_BYTES) throw tooLarge();
  const { bucket, key } = parseS3Uri(uri);
  const precondition = lastEtag === undefined ? { IfNoneMatch: "*" } : { IfMatch: lastEtag };
  const command = new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, ContentType: "application/json", ...precondition });
  const limits = { abortSignal: AbortSignal.timeout(MAX_WRITING_MS), requestTimeout: MAX_WRITING_MS };
  const { VersionId } = await client.send(command, limits).catch((error: unknown) => {
    throw awsRefusal("s3:PutObject", error, refusals);
  });
  return versionOf(VersionId);
}

async function readText(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_BYTES) throw tooLarge();
  }
  return Buffer.concat(chunks).toString("utf8");
}

function tooLarge(): ConfigError {
  return new ConfigError(`a fleet of more than ${MAX_BYTES / 1024 / 1024} MiB is refused: split it into two stacks`);
}
