// Puts fleets into S3 and SSM without the product's own code.

import { CreateBucketCommand, GetObjectCommand, PutBucketVersioningCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";

/** What the constructor of an AWS SDK client takes. */
export type Settings = {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
};

/** A person with the AWS command line, who puts fleets where they are read from: `s3://bucket/key` or `ssm:/name`. */
export type FleetKeeper = {
  makeBucket(name: string, options?: { versioned: boolean }): Promise<void>;
  /** `expected` as S3 knows it. */
  put(uri: string, text: string, expected?: { IfMatch?: string; IfNoneMatch?: string }): Promise<void>;
  /** What stands in the object now, and of which type it says to be. */
  read(uri: string): Promise<{ readonly text: string; readonly type?: string; readonly etag?: string }>;
  leave(): void;
};

export function fleetKeeper(settings: Settings): FleetKeeper {
  const s3 = new S3Client(settings);
  const ssm = new SSMClient(settings);
  return {
    makeBucket: async (Bucket, { versioned } = { versioned: true }) => {
      await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: "eu-central-1" } }));
      if (versioned) await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
    },
    put: async (uri, text, expected) => {
      if (uri.startsWith("ssm:"))
        await ssm.send(new PutParameterCommand({ Name: uri.slice("ssm:".length), Value: text, Type: "String", Overwrite: true }));
      else await s3.send(new PutObjectCommand({ ...placeOf(uri), ...expected, Body: text }));
    },
    read: async (uri) => {
      const { Body, ContentType, ETag } = await s3.send(new GetObjectCommand(placeOf(uri)));
      return { text: (await Body?.transformToString()) ?? "", type: ContentType, etag: ETag };
    },
    leave: () => {
      s3.destroy();
      ssm.destroy();
    },
  };
}

function placeOf(uri: string): { Bucket: string; Key: string } {
  const [, Bucket = "", Key = ""] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  return { Bucket, Key };
}
