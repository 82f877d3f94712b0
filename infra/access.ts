// Derives from a reference the one permission that a role needs to read it.

import type { Ref } from "../functions/core/access/ref.ts";

type Sub = { readonly "Fn::Sub": string };

/** The action that reads the referenced object, and the ARN of that object. */
export type SecretAccess = { readonly action: string; readonly arn: string | Sub };

/** `bundled` is a pattern of files to include in the functions' packages. */
export type FleetAccess = SecretAccess & { readonly uri: string | Sub; readonly bundled: string };

const KEY = "fleet.yml";
const NO_FILES = "!.git/**";
const OWN_BUCKET: FleetAccess = {
  uri: { "Fn::Sub": `s3://\${FleetBucket}/${KEY}` },
  action: "s3:GetObject",
  arn: { "Fn::Sub": `\${FleetBucket.Arn}/${KEY}` },
  bundled: NO_FILES,
};

/** The access to the fleet that the parameter names, or to the stack's own bucket where it is empty. */
export function fleetAccess(uri: string): FleetAccess {
  const [, scheme, place = ""] = /^(s3:\/\/|ssm:|file:)(?!\/\/)(.+)$/.exec(uri) ?? [];
  if (uri === "") return OWN_BUCKET;
  if (scheme === "s3://")
    return { uri, action: "s3:GetObject", arn: { "Fn::Sub": `arn:\${AWS::Partition}:s3:::${place}` }, bundled: NO_FILES };
  if (scheme === "ssm:") return { uri, action: "ssm:GetParameter", arn: parameterArn(place), bundled: NO_FILES };
  if (scheme === "file:" && !/^\/|(^|\/)\.\.(\/|$)/.test(place)) return { ...OWN_BUCKET, uri, bundled: place };
  throw new Error("fleet: s3://bucket/key, ssm:/name or file:path within this folder is expected");
}

/** The access to the secret that push tokens are derived from. */
export function secretAccess(ref: Ref | undefined): SecretAccess {
  if (ref !== undefined && "ssm" in ref) return { action: "ssm:GetParameter", arn: parameterArn(ref.ssm) };
  if (ref !== undefined && "secret" in ref) return { action: "secretsmanager:GetSecretValue", arn: secretArn(ref.secret) };
  throw new Error("receiverSecret: ssm:/name or secret:name#key is expected");
}

function parameterArn(name: string): Sub {
  return { "Fn::Sub": `arn:\${AWS::Partition}:ssm:\${AWS::Region}:\${AWS::AccountId}:parameter/${name.replace(/^\//, "")}` };
}

// Secrets Manager appends a dash and six random characters to each name.
function secretArn(name: string): string | Sub {
  if (name.startsWith("arn:")) return name;
  return { "Fn::Sub": `arn:\${AWS::Partition}:secretsmanager:\${AWS::Region}:\${AWS::AccountId}:secret:${name}-??????` };
}
