// Removes a stack with its buckets, which CloudFormation does not delete while they hold a fleet or a page.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { CloudFormationClient, DescribeStackResourceCommand } from "@aws-sdk/client-cloudformation";
import { DeleteObjectsCommand, ListObjectVersionsCommand, S3Client } from "@aws-sdk/client-s3";

const OSLS = join(import.meta.dirname, "../node_modules/osls/bin/serverless.js");

const BUCKETS = { FleetBucket: "versions of the fleet", PageBucket: "pages" };

/** Empties the buckets, then has osls remove the stack; the result is the exit code of osls. `words` are its arguments. */
export async function removeStack(stage: string, words: readonly string[]): Promise<number> {
  for (const [id, what] of Object.entries(BUCKETS)) {
    const bucket = await bucketOf(`alertstatus-${stage}`, id);
    if (bucket !== undefined) console.log(`${bucket}: ${await empty(bucket)} ${what} deleted`);
  }
  return spawnSync(process.execPath, [OSLS, "remove", ...words], { stdio: ["ignore", "inherit", "inherit"] }).status ?? 1;
}

async function bucketOf(StackName: string, LogicalResourceId: string): Promise<string | undefined> {
  const command = new DescribeStackResourceCommand({ StackName, LogicalResourceId });
  const answer = await new CloudFormationClient().send(command).catch((error: Error) => {
    // There is no such stack, it has no such bucket, or it is half removed: osls reports that better.
    if (error.name !== "ValidationError") throw error;
    return undefined;
  });
  const resource = answer?.StackResourceDetail;
  return resource?.ResourceStatus === "DELETE_COMPLETE" ? undefined : resource?.PhysicalResourceId;
}

async function empty(Bucket: string): Promise<number> {
  const client = new S3Client({ followRegionRedirects: true });
  for (let count = 0; ; ) {
    const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length === 0) return count;
    const { Errors: [error] = [] } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    if (error !== undefined) throw new Error(`${Bucket}: ${error.Key} cannot be deleted: ${error.Code}`);
    count += Objects.length;
  }
}

if (import.meta.main) {
  const words = process.argv.slice(2);
  const { values } = parseArgs({ args: words, strict: false, options: { stage: { type: "string" }, region: { type: "string" } } });
  if (typeof values.region === "string") process.env.AWS_REGION = values.region;
  process.exitCode = await removeStack(typeof values.stage === "string" ? values.stage : "dev", words);
}
