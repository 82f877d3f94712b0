/** One thing that somebody may do in a cluster, as an access review asks for it: without a namespace it is about all of them. */
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
