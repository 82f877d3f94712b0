import { describe, expect, test } from "vitest";
import { isForbidden, isLoopback, isSameHost } from "../../../functions/core/access/address.ts";

describe("never contacted", () => {
  test.each([
    { address: "169.254.169.254", what: "the metadata address" },
    { address: "169.254.170.2", what: "the container credentials" },
    { address: "169.254.170.23", what: "the pod identity agent" },
    { address: "169.254.0.1", what: "any link-local address" },
    { address: "2852039166", what: "as one number" },
    { address: "0xa9fea9fe", what: "as one hexadecimal number" },
    { address: "0xA9.0xFE.0xA9.0xFE", what: "hexadecimal" },
    { address: "0251.0376.0251.0376", what: "octal" },
    { address: "169.254.43518", what: "in three parts" },
    { address: "169.16689662", what: "in two parts" },
    { address: "169.254.169.254.", what: "with a dot at its end" },
    { address: "１６９.２５４.１６９.２５４", what: "in wide digits" },
    { address: "[::ffff:169.254.169.254]", what: "inside IPv6" },
    { address: "[::ffff:a9fe:a9fe]", what: "inside IPv6, hexadecimal" },
    { address: "::ffff:a9fe:a9fe", what: "as a resolver writes it" },
    { address: "[0:0:0:0:0:FFFF:A9FE:A9FE]", what: "written out" },
    { address: "[::a9fe:a9fe]", what: "as an IPv4-compatible address" },
    { address: "[64:ff9b::a9fe:a9fe]", what: "through NAT64" },
    { address: "[64:ff9b::169.254.169.254]", what: "through NAT64, dotted" },
    { address: "[64:ff9b:1::a9fe:a9fe]", what: "through NAT64 for local use" },
    { address: "[::ffff:0:169.254.169.254]", what: "translated" },
    { address: "[2002:a9fe:a9fe::1]", what: "through 6to4" },
    { address: "[64:ff9b::100.100.100.200]", what: "Alibaba Cloud through NAT64" },
    { address: "224.0.0.1", what: "a group of hosts" },
    { address: "239.255.255.250", what: "the last of the groups" },
    { address: "[ff02::1]", what: "a group of hosts over IPv6" },
    { address: "255.255.255.255", what: "all hosts" },
    { address: "[fe80::1]", what: "link-local over IPv6" },
    { address: "fe80::1%eth0", what: "with a zone" },
    { address: "[fe80::1%25eth0]", what: "with a zone in a URL" },
    { address: "[febf::1]", what: "the last of link-local" },
    { address: "[fd00:ec2::254]", what: "AWS over IPv6" },
    { address: "[FD00:0EC2:0:0:0:0:0:254]", what: "AWS over IPv6, written out" },
    { address: "[fd00:ec2::23]", what: "the pod identity agent over IPv6" },
    { address: "[fd20:ce::254]", what: "Google over IPv6" },
    { address: "100.100.100.200", what: "Alibaba Cloud" },
    { address: "168.63.129.16", what: "Azure's wire server" },
    { address: "192.0.0.192", what: "Oracle Cloud" },
    { address: "metadata.google.internal", what: "Google by name" },
    { address: "metadata.google.internal.", what: "Google by name with a dot at its end" },
    { address: "METADATA.google.internal", what: "Google by name in capitals" },
    { address: "metadata", what: "Google by its short name" },
    { address: "0.0.0.0", what: "this host" },
    { address: "0", what: "this host as one number" },
    { address: "[::]", what: "this host over IPv6" },
    { address: "[::ffff:0.0.0.0]", what: "this host inside IPv6" },
  ])("$address, $what", ({ address }) => {
    expect(isForbidden(address)).toBe(true);
    expect(isForbidden(hostnameOf(address))).toBe(true);
  });
});

test.each([
  "127.0.0.1",
  "localhost",
  "[::1]",
  "10.0.0.1",
  "192.168.1.1",
  "172.16.0.1",
  "169.253.1.1",
  "169.255.1.1",
  "100.100.100.201",
  "[fd00::1]",
  "[2001:db8::1]",
  "[::ffff:10.0.0.1]",
  "[64:ff9b::10.0.0.1]",
  "[2002:0a00:0001::1]",
  "[64:ff9b:1::10.0.0.1]",
  "223.255.255.255",
  "[fec0::1]",
  "prometheus.example",
  "metadata.example",
  "169.254.169.254.nip.example",
])("%s may be contacted", (address) => {
  expect(isForbidden(address)).toBe(false);
});

describe("this machine itself", () => {
  test.each([
    { host: "localhost", loopback: true },
    { host: "127.0.0.1", loopback: true },
    { host: "127.1", loopback: true },
    { host: "127.8.8.8", loopback: true },
    { host: "[::1]", loopback: true },
    { host: "[0:0:0:0:0:0:0:1]", loopback: true },
    { host: "[::ffff:127.0.0.1]", loopback: false },
    { host: "[64:ff9b::7f00:1]", loopback: false },
    { host: "[2002:7f00:1::]", loopback: false },
    { host: "localhost.example", loopback: false },
    { host: "127.0.0.1.example", loopback: false },
    { host: "10.0.0.1", loopback: false },
    { host: "0.0.0.0", loopback: false },
  ])("$host: $loopback", ({ host, loopback }) => {
    expect(isLoopback(hostnameOf(host))).toBe(loopback);
  });
});

describe("two hosts are one", () => {
  test.each([
    { one: "127.0.0.1", other: "localhost", same: true },
    { one: "127.0.0.1", other: "127.0.0.2", same: true },
    { one: "::1", other: "127.0.0.1", same: true },
    { one: "[::ffff:127.0.0.1]", other: "127.0.0.1", same: true },
    { one: "[fe80::1]", other: "fe80::1%eth0", same: true },
    { one: "API.example.", other: "api.example", same: true },
    { one: "10.0.0.1", other: "10.0.0.2", same: false },
    { one: "10.0.0.1", other: "127.0.0.1", same: false },
    { one: "api.example", other: "localhost", same: false },
  ])("$one and $other: $same", ({ one, other, same }) => {
    expect(isSameHost(one, other)).toBe(same);
    expect(isSameHost(other, one)).toBe(same);
  });
});

// As callers have it: the URL parser's host name, or what a resolver returned.
function hostnameOf(host: string): string {
  const literal = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  return URL.parse(`http://${literal}`)?.hostname ?? host;
}
