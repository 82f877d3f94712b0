// Holds the refusal of metadata and link-local addresses to every spelling that a URL or a resolver knows.

import { describe, expect, test } from "vitest";
import { isForbidden, isLoopback, isSameHost } from "../../../functions/core/access/address.ts";

describe("isForbidden refuses", () => {
  test.each([
    { address: "169.254.169.254", what: "the metadata address" },
    { address: "169.254.170.2", what: "the container credentials" },
    { address: "169.254.170.23", what: "the pod identity agent" },
    { address: "169.254.0.1", what: "any link-local address" },
    { address: "2852039166", what: "the metadata address as one number" },
    { address: "0xa9fea9fe", what: "the metadata address as one hexadecimal number" },
    { address: "0xA9.0xFE.0xA9.0xFE", what: "the metadata address in hexadecimal" },
    { address: "0251.0376.0251.0376", what: "the metadata address in octal" },
    { address: "169.254.43518", what: "the metadata address in three parts" },
    { address: "169.16689662", what: "the metadata address in two parts" },
    { address: "169.254.169.254.", what: "the metadata address with a trailing dot" },
    { address: "１６９.２５４.１６９.２５４", what: "the metadata address in full-width digits" },
    { address: "[::ffff:169.254.169.254]", what: "the metadata address inside IPv6" },
    { address: "[::ffff:a9fe:a9fe]", what: "the metadata address inside IPv6, in hexadecimal" },
    { address: "::ffff:a9fe:a9fe", what: "the metadata address as a resolver returns it" },
    { address: "[0:0:0:0:0:FFFF:A9FE:A9FE]", what: "the metadata address inside IPv6, in full" },
    { address: "[::a9fe:a9fe]", what: "the metadata address as an IPv4-compatible one" },
    { address: "[64:ff9b::a9fe:a9fe]", what: "the metadata address through NAT64" },
    { address: "[64:ff9b::169.254.169.254]", what: "the metadata address through NAT64, dotted" },
    { address: "[64:ff9b:1::a9fe:a9fe]", what: "the metadata address through NAT64 for local use" },
    { address: "[::ffff:0:169.254.169.254]", what: "the metadata address as an IPv4-translated one" },
    { address: "[2002:a9fe:a9fe::1]", what: "the metadata address through 6to4" },
    { address: "[64:ff9b::100.100.100.200]", what: "Alibaba Cloud through NAT64" },
    { address: "224.0.0.1", what: "the first multicast address" },
    { address: "239.255.255.250", what: "a later multicast address" },
    { address: "[ff02::1]", what: "multicast over IPv6" },
    { address: "255.255.255.255", what: "broadcast" },
    { address: "[fe80::1]", what: "link-local over IPv6" },
    { address: "fe80::1%eth0", what: "link-local with a zone" },
    { address: "[fe80::1%25eth0]", what: "link-local with a zone in a URL" },
    { address: "[febf::1]", what: "the end of link-local over IPv6" },
    { address: "[fd00:ec2::254]", what: "AWS over IPv6" },
    { address: "[FD00:0EC2:0:0:0:0:0:254]", what: "AWS over IPv6, in full" },
    { address: "[fd00:ec2::23]", what: "the pod identity agent over IPv6" },
    { address: "[fd20:ce::254]", what: "Google over IPv6" },
    { address: "100.100.100.200", what: "Alibaba Cloud" },
    { address: "168.63.129.16", what: "Azure's wire server" },
    { address: "192.0.0.192", what: "Oracle Cloud" },
    { address: "metadata.google.internal", what: "Google by name" },
    { address: "metadata.google.internal.", what: "Google by name with a trailing dot" },
    { address: "METADATA.google.internal", what: "Google by name in capitals" },
    { address: "metadata", what: "Google by its short name" },
    { address: "0.0.0.0", what: "this host" },
    { address: "0", what: "this host as one number" },
    { address: "[::]", what: "this host over IPv6" },
    { address: "[::ffff:0.0.0.0]", what: "this host inside IPv6" },
  ])("$what: $address", ({ address }) => {
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
  "not a host",
])("isForbidden accepts %s", (address) => {
  expect(isForbidden(address)).toBe(false);
});

describe("isLoopback", () => {
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
  ])("is $loopback for $host", ({ host, loopback }) => {
    expect(isLoopback(hostnameOf(host))).toBe(loopback);
  });
});

describe("isSameHost", () => {
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
  ])("is $same for $one and $other", ({ one, other, same }) => {
    expect(isSameHost(one, other)).toBe(same);
    expect(isSameHost(other, one)).toBe(same);
  });
});

// The form that callers pass: the host name of a parsed URL, or an address from a resolver.
function hostnameOf(host: string): string {
  const literal = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  return URL.parse(`http://${literal}`)?.hostname ?? host;
}
