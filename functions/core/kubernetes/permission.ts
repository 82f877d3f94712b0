// Names one permission the same way for access reviews, for doctor and for its messages.

/** One verb on one resource, as a SelfSubjectAccessReview names it; without `namespace` it means all namespaces. */
export type Permission = {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
};

export function permissionText({ verb, resource, subresource, namespace, name }: Permission): string {
  const what = subresource === undefined ? resource : `${resource}/${subresource}`;
  return [verb, what, name, namespace && `in ${namespace}`].filter((word) => word !== undefined).join(" ");
}
