// A name is checked where it enters: as a whole, and without a word of what it may hold.

import { describe, expect, test } from "vitest";
import { isClusterName, proxyProblem, region, roleArn } from "../../functions/core/names.ts";

const long = "a".repeat(63);

test.each(["a", "prod-eu-1", "1a", "a--b", long])("a cluster may be called %s", (name) => {
  expect(isClusterName(name)).toBe(true);
});

test.each(["", "-a", "a-", "A", "a.b", "a_b", `${long}a`, "a\n"])("a cluster may not be called %j", (name) => {
  expect(isClusterName(name)).toBe(false);
});

test.each([
  { name: "eu-central-1", is: true },
  { name: "us-gov-west-1", is: true },
  { name: "ap-southeast-12", is: true },
  { name: "eu-1", is: false },
  { name: "eu-central", is: false },
  { name: "eu-central-123", is: false },
  { name: "eu-central-1.evil.example", is: false },
  { name: "evil.example/eu-central-1", is: false },
])("$name is a region: $is", ({ name, is }) => {
  expect(region.safeParse(name).success).toBe(is);
});

test.each([
  { arn: "arn:aws:iam::123456789012:role/alertstatus", is: true },
  { arn: "arn:aws-us-gov:iam::123456789012:role/path/to/read.only+x=y,z@w_1-2", is: true },
  { arn: "arn:aws:iam::12345678901:role/short", is: false },
  { arn: "arn:aws:iam::123456789012:user/ada", is: false },
  { arn: "arn:aws:iam::123456789012:role/", is: false },
  { arn: "arn:aws:iam::123456789012:role/a b", is: false },
  { arn: "an arn:aws:iam::123456789012:role/a", is: false },
  { arn: `arn:aws:iam::123456789012:role/${"a".repeat(513)}`, is: false },
])("$arn is the ARN of a role: $is", ({ arn, is }) => {
  expect(roleArn.safeParse(arn).success).toBe(is);
});

describe("a proxy", () => {
  test.each(["http://proxy.example:3128", "https://u:hunter2@proxy.example", "socks5://proxy.example:1080", "socks5h://proxy.example"])(
    "may be %s",
    (proxy) => {
      expect(proxyProblem(proxy)).toBeUndefined();
    },
  );

  test.each([
    "proxy.example:3128",
    "u:hunter2@proxy",
    "ftp://hunter2.example",
    "socks5:///hunter2",
    "socks4://hunter2",
    "xhttp://hunter2",
    "",
  ])("may not be %j, which is not repeated", (proxy) => {
    expect(proxyProblem(proxy)).toBe("a proxy is expected: http://, https:// or socks5:// with host and port");
  });
});
