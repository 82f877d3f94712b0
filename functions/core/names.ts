// The formats of names that several documents share, checked where a name enters.

import { matching } from "./pattern.ts";

export const dnsLabel = matching(
  /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
  "a DNS-1123 label: lower-case letters, digits and dashes, at most 63",
);

export function isClusterName(name: string): boolean {
  return dnsLabel.safeParse(name).success;
}

// A region becomes part of host names.
export const region = matching(/^[a-z]+(-[a-z]+)+-\d{1,2}$/, "an AWS region is expected, such as eu-central-1");
export const roleArn = matching(
  /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/,
  "the ARN of an IAM role is expected, arn:aws:iam::<account>:role/<name>",
);

const SCHEMES = /^(https?|socks5h?):$/;

/** Why a text is no proxy; undefined where it is one. It is not repeated: it may hold a password. */
export function proxyProblem(proxy: string): string | undefined {
  const url = URL.parse(proxy);
  return url !== null && SCHEMES.test(url.protocol) && url.hostname !== ""
    ? undefined
    : "a proxy is expected: http://, https:// or socks5:// with host and port";
}
