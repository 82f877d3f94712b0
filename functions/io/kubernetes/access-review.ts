// Asks an API server which user it takes a login for, and what that user may do.

import { valueAt } from "../../core/json.ts";
import type { Permission } from "../../core/kubernetes/permission.ts";
import type { Client } from "../http/client.ts";
import { sendFreely } from "../http/request.ts";
import { expectSuccess } from "./answer.ts";

/** The user and the groups that the API server takes a login for, in its own words: redact them before they are shown. */
export type Identity = { readonly user: string; readonly groups: readonly string[] };

/**
 * The identity of the login; an {@link UpstreamError} `unauthorized` where the API server refuses it.
 *
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#self-subject-review
 */
export async function reviewSelf(client: Client): Promise<Identity> {
  const review = await submit(client, "authentication.k8s.io", "SelfSubjectReview", {});
  const groups = valueAt(review, ["status", "userInfo", "groups"]);
  return {
    user: String(valueAt(review, ["status", "userInfo", "username"]) ?? ""),
    groups: Array.isArray(groups) ? groups.map(String) : [],
  };
}

/** Whether the API server allows the login something, by all of its authorizers. */
export async function isAllowed(client: Client, resourceAttributes: Permission): Promise<boolean> {
  const review = await submit(client, "authorization.k8s.io", "SelfSubjectAccessReview", { resourceAttributes });
  return valueAt(review, ["status", "allowed"]) === true;
}

async function submit(client: Client, group: string, kind: string, spec: object): Promise<unknown> {
  const response = await sendFreely(client, {
    method: "POST",
    path: `/apis/${group}/v1/${kind.toLowerCase()}s`,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ apiVersion: `${group}/v1`, kind, spec }),
  });
  return expectSuccess(response, `creating a ${kind}`);
}
