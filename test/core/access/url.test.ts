// Holds the URLs of a fleet file to what may be contacted, and each refusal to its reason.

import { describe, expect, test } from "vitest";
import { hostOf, isPlain, urlErrors } from "../../../functions/core/access/address.ts";
import { serverUrlError } from "../../../functions/core/access/url.ts";

const PROTOCOL = "an https: URL is expected";
const LOGIN = "a URL carries no user name or password: use `auth`";
const QUERY = "a URL carries no query and no fragment";
const FORBIDDEN = "link-local and metadata addresses are never contacted";
const PLAIN = "https: is needed here, http: only for loopback hosts";

describe("the URL of an API server", () => {
  test.each([
    { url: "https://a.example", error: undefined },
    { url: "https://a.example:6443/prefix", error: undefined },
    { url: "http://localhost:8080", error: undefined },
    { url: "http://a.example", error: PLAIN },
    { url: "a.example", error: PROTOCOL },
    { url: "", error: PROTOCOL },
    { url: "ftp://a.example", error: PROTOCOL },
    { url: "nothttps://a.example", error: PROTOCOL },
    { url: "https+unix://a.example", error: PROTOCOL },
    { url: "httpss://a.example", error: PROTOCOL },
    { url: "https://name@a.example", error: LOGIN },
    { url: "https://:password@a.example", error: LOGIN },
    { url: "https://a.example?query", error: QUERY },
    { url: "https://a.example#fragment", error: QUERY },
    { url: "https://169.254.169.254", error: FORBIDDEN },
  ])("$url has the error $error", ({ url, error }) => {
    expect(serverUrlError(url)).toBe(error);
  });
});

test("a URL has every error that it has, but for one that is none", () => {
  expect([...urlErrors("https://name:password@[::]/?a#b")]).toEqual([LOGIN, QUERY, FORBIDDEN]);
  expect([...urlErrors("ftp://name:password@[::]/?a#b")]).toEqual([PROTOCOL]);
});

test.each([
  { url: "http://a.example", is: true },
  { url: "https://a.example", is: false },
  { url: "http://127.0.0.1", is: false },
  { url: "no URL", is: false },
])("isPlain($url) is $is", ({ url, is }) => {
  expect(isPlain(url)).toBe(is);
});

test.each([
  { url: "https://a.example:6443/path", host: "a.example" },
  { url: "https://[2001:db8::1]:6443", host: "2001:db8::1" },
  { url: "https://10.0.0.1", host: "10.0.0.1" },
])("hostOf($url) is $host", ({ url, host }) => {
  expect(hostOf(url)).toBe(host);
});
