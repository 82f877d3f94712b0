import { valueAt } from "../../core/json.ts";
import type { Permission } from "../../core/kubernetes/permission.ts";
import type { Client } from "../http/client.ts";
import { sendFreely } from "../http/request.ts";
import { expectSuccess } from "./answer.ts";

/** Who a login is to the API server, in its own words: to be redacted before they are shown. */
export type Identity = { readonly user: string; readonly groups: readonly string[] };

/**
 * Asks the API server who we are; an {@link UpstreamError} `unauthorized` where it lets nobody in with this login.
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

/** Asks the API server whether we may do something, by all of its authorizers. */
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
  return expectSuccess(response, `asking by a ${kind}`);
}
