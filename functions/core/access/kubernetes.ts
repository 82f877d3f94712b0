// How a fleet file says where the API server of a cluster is, and with which login.

import * as z from "zod/mini";
import { region, roleArn } from "../names.ts";
import { matching } from "../pattern.ts";
import { certificateRefs, refSchema, secretRef, ssmRef, text } from "./ref.ts";
import { secureUrl } from "./url.ts";

const context = { context: z.optional(text) };
const kubeconfig = z.strictObject({
  kubeconfig: z.union([z.strictObject({ file: text, ...context }), z.extend(ssmRef, context), z.extend(secretRef, context)], {
    error: "the location of a kubeconfig is expected: {file, context}, {ssm, context} or {secret, key, context}",
  }),
});

const NO_CA = "a reference is expected, or the base64 text of certificateAuthority.data";
// The base64 of a text that begins with -----BEGIN CERTIFICATE-----.
const CERTIFICATE_DATA = /^LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t[A-Za-z0-9+/]+=*$/;

const eks = z.strictObject({
  eks: z.strictObject({
    name: matching(/^[A-Za-z0-9][\w-]{0,99}$/, "the name of an EKS cluster is expected"),
    region,
    roleArn: z.optional(roleArn),
    server: z.optional(secureUrl),
    ca: z.optional(z.union([refSchema, matching(CERTIFICATE_DATA, NO_CA)], { error: NO_CA })),
  }),
});

const server = z.strictObject({
  server: secureUrl,
  ca: z.optional(refSchema),
  auth: z.optional(
    z.union(
      [
        z.strictObject({ token: refSchema }),
        z.strictObject({ webIdentity: z.strictObject({ audience: z.optional(text), region: z.optional(region) }) }),
        certificateRefs,
      ],
      { error: "one login is expected: {token: …}, {webIdentity: {}} or {certificate: …, key: …}" },
    ),
  ),
});

export const kubernetesSchema = z.union([kubeconfig, eks, server], {
  error: "one kind of access is expected: {kubeconfig: {file, context}}, {eks: {name, region}} or {server, ca, auth}",
});

export type Kubernetes = z.infer<typeof kubernetesSchema>;
export type Server = z.infer<typeof server>;
export type Eks = z.infer<typeof eks>["eks"];
export type KubeconfigRef = z.infer<typeof kubeconfig>["kubeconfig"];
