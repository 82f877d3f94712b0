import type { Ref } from "../functions/core/access/ref.ts";

type Sub = { readonly "Fn::Sub": string };

/** The one action that reads something, and the only thing it may read. */
export type SecretAccess = { readonly action: string; readonly arn: string | Sub };

/** `bundled` is a pattern of files that go into the functions' packages. */
export type FleetAccess = SecretAccess & { readonly uri: string | Sub; readonly bundled: string };

const KEY = "fleet.yml";
const NOTHING = "!.git/**";
const OWN: FleetAccess = {
  uri: { "Fn::Sub": `s3://\${FleetBucket}/${KEY}` },
  action: "s3:GetObject",
  arn: { "Fn::Sub": `\${FleetBucket.Arn}/${KEY}` },
  bundled: NOTHING,
};

/** The way to the fleet that the parameter names: the stack's own bucket where it names none. */
export function fleetAccess(uri: string): FleetAccess {
  const [, scheme, place = ""] = /^(s3:\/\/|ssm:|file:)(?!\/\/)(.+)$/.exec(uri) ?? [];
  if (uri === "") return OWN;
  if (scheme === "s3://")
    return { uri, action: "s3:GetObject", arn: { "Fn::Sub": `arn:\${AWS::Partition}:s3:::${place}` }, bundled: NOTHING };
  if (scheme === "ssm:") return { uri, action: "ssm:GetParameter", arn: parameterArn(place), bundled: NOTHING };
  if (scheme === "file:" && !/^\/|(^|\/)\.\.(\/|$)/.test(place)) return { ...OWN, uri, bundled: place };
  throw new Error("fleet: s3://bucket/key, ssm:/name or file:path within this folder is expected");
}

/** The way to the secret that push tokens are derived from. */
export function secretAccess(ref: Ref | undefined): SecretAccess {
  if (ref !== undefined && "ssm" in ref) return { action: "ssm:GetParameter", arn: parameterArn(ref.ssm) };
  if (ref !== undefined && "secret" in ref) return { action: "secretsmanager:GetSecretValue", arn: secretArn(ref.secret) };
  throw new Error("receiverSecret: ssm:/name or secret:name#key is expected");
}

function parameterArn(name: string): Sub {
  return { "Fn::Sub": `arn:\${AWS::Partition}:ssm:\${AWS::Region}:\${AWS::AccountId}:parameter/${name.replace(/^\//, "")}` };
}

// Secrets Manager puts a dash and six characters behind each name.
function secretArn(name: string): string | Sub {
  if (name.startsWith("arn:")) return name;
  return { "Fn::Sub": `arn:\${AWS::Partition}:secretsmanager:\${AWS::Region}:\${AWS::AccountId}:secret:${name}-??????` };
}
