// Builds and applies the kustomizations of this repository.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { locate, part } from "../tools/parts/parts.ts";
import type { Answer, ApiRequest } from "./api-request.ts";

/** A whole Kubernetes object, as a manifest has it. */
export type KubernetesObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly data?: Readonly<Record<string, string>>;
};

/** What `kustomize build` makes of a folder of this project, in its order. */
export function kustomize(folder: string): readonly KubernetesObject[] {
  const program = locate(part("kustomize"));
  if (program === undefined) throw new Error("there is no kustomize here; to build it: npm run parts");
  const { status, stdout, stderr } = spawnSync(join(program, "kustomize"), ["build", folder], { encoding: "utf8" });
  if (status !== 0 || stderr !== "") throw new Error(`kustomize build ${folder}: ${stderr}`);
  return parseAllDocuments(stdout).map((document) => document.toJS());
}

/** Server-side apply, as `kubectl apply --server-side --field-manager alertstatus` asks for it. */
export function apply(request: ApiRequest, object: KubernetesObject): Promise<Answer> {
  return request("PATCH", `${pathOf(object)}?fieldManager=alertstatus`, object, "application/apply-patch+yaml");
}

/** The object under a name that nothing else on a shared API server has, as is the role that it refers to. */
export function renamed(object: KubernetesObject & { readonly roleRef?: { readonly name: string } }, suffix: string): KubernetesObject {
  const { metadata, roleRef } = object;
  const own = <T extends { readonly name: string }>(named: T) => ({ ...named, name: `${named.name}-${suffix}` });
  return { ...object, metadata: own(metadata), ...(roleRef && { roleRef: own(roleRef) }) };
}

function pathOf({ apiVersion, kind, metadata: { name, namespace } }: KubernetesObject): string {
  const group = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const scope = namespace === undefined ? "" : `/namespaces/${namespace}`;
  return `${group}${scope}/${kind.toLowerCase()}s/${name}`;
}
