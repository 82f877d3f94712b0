// Keeps the page of the status in a bucket, and makes the link by which a browser reads it.

import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { valueAt } from "../../core/json.ts";
import { timeText } from "../../core/time.ts";
import { ownCredentials, PATIENCE } from "./client.ts";
import { awsRefusal } from "./refusal.ts";
import { presignedUrl } from "./sigv4.ts";

/** A link that is good until then, for all who have it, and when the page behind it was written; times are RFC 3339. */
export type PageLink = { readonly url: string; readonly until: string; readonly written: string };

const MAX_MS = 10_000;
const LINK_MS = 3_600_000;

const client = new S3Client({ ...PATIENCE, followRegionRedirects: true });
const refusals = {
  NoSuchKey: "there is no page yet: the function publish writes one within two minutes, or its log says why not",
  AccessDenied: "allow it on the page: a link opens what its maker may read; without s3:ListBucket a missing page is denied too",
};

/** Replaces the page at `s3://bucket/key`. */
export async function putPage(uri: string, page: string): Promise<void> {
  const content = { Body: page, ContentType: "text/html; charset=utf-8", CacheControl: "no-cache" };
  const command = new PutObjectCommand({ ...placeOf(uri), ...content });
  await client.send(command, { abortSignal: AbortSignal.timeout(MAX_MS) }).catch((error: unknown) => {
    throw awsRefusal("s3:PutObject", error, refusals);
  });
}

/** The link to the page at `s3://bucket/key`, for an hour, or as long as the credentials that sign it are good; a ConfigError where there is no page. */
export async function linkToPage(uri: string, nowMs: number): Promise<PageLink> {
  const { url, written } = await look(uri);
  const identity = await ownCredentials();
  const endMs = Math.min(nowMs + LINK_MS, identity.expiration?.getTime() ?? Number.POSITIVE_INFINITY);
  const signed = await presignedUrl({
    identity,
    region: await client.config.region(),
    service: "s3",
    method: "GET",
    url,
    // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html: the body of the request is not signed.
    headers: { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
    expiresSeconds: Math.floor((endMs - nowMs) / 1_000),
    nowMs,
  });
  return { url: signed, until: timeText(endMs), written };
}

/** Reads one byte of the page: the same request as the link's, so that the link is known to work, and where AWS is asked. */
async function look(uri: string): Promise<{ readonly url: string; readonly written: string }> {
  let url = "";
  const command = new GetObjectCommand({ ...placeOf(uri), Range: "bytes=0-0" });
  command.middlewareStack.add(
    (next) => (args) => {
      url = urlOf(args);
      return next(args);
    },
    { step: "build" },
  );
  const { LastModified, Body } = await client.send(command, { abortSignal: AbortSignal.timeout(MAX_MS) }).catch((error: unknown) => {
    throw awsRefusal("s3:GetObject", error, refusals);
  });
  await Body?.transformToByteArray();
  return { url, written: timeText(LastModified?.getTime() ?? 0) };
}

function urlOf(args: unknown): string {
  const [protocol, hostname, port, path] = ["protocol", "hostname", "port", "path"].map((name) => valueAt(args, ["request", name]));
  return `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}${path}`;
}

function placeOf(uri: string): { readonly Bucket: string; readonly Key: string } {
  const { hostname, pathname } = new URL(uri);
  return { Bucket: hostname, Key: pathname.slice(1) };
}
