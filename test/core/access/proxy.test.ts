// Holds proxies to the rules by which kubectl reads HTTPS_PROXY and NO_PROXY.

import { expect, test } from "vitest";
import { proxyFor } from "../../../functions/core/access/proxy.ts";

const PROXY = "http://proxy.example:3128";

test.each([
  { server: "https://api.example:6443", none: undefined, isProxied: true },
  { server: "https://api.example:6443", none: "", isProxied: true },
  { server: "http://api.example", none: undefined, isProxied: false },
  { server: "https://localhost:6443", none: undefined, isProxied: false },
  { server: "https://127.9.9.9", none: undefined, isProxied: false },
  { server: "https://[::1]:6443", none: undefined, isProxied: false },
  { server: "https://api.example", none: "*", isProxied: false },
  { server: "https://api.example", none: "example", isProxied: false },
  { server: "https://api.example", none: "API.Example", isProxied: false },
  { server: "https://api.example", none: ".example", isProxied: false },
  { server: "https://api.example", none: "*.example", isProxied: false },
  { server: "https://example", none: ".example", isProxied: true },
  { server: "https://notexample", none: "example", isProxied: true },
  { server: "https://api.example:6443", none: "api.example:6443", isProxied: false },
  { server: "https://api.example", none: "api.example:443", isProxied: false },
  { server: "https://api.example", none: "api.example:6443", isProxied: true },
  { server: "https://10.1.2.3", none: "a, 10.0.0.0/8", isProxied: false },
  { server: "https://11.1.2.3", none: "10.0.0.0/8", isProxied: true },
  { server: "https://10.1.2.3", none: "10.1.2.3", isProxied: false },
  { server: "https://10.1.2.3:6443", none: "10.1.2.3:443", isProxied: true },
  { server: "https://[fd00::1]", none: "fd00::/8", isProxied: false },
  { server: "https://[fd00::1]:6443", none: "[fd00::1]:6443", isProxied: false },
  { server: "https://[fd00::1]", none: "fd00::1", isProxied: false },
  { server: "https://[fd00::1]", none: "10.0.0.0/8", isProxied: true },
  { server: "https://api.example.", none: "", isProxied: true },
  { server: "https://a.example", none: "a*.example", isProxied: true },
  { server: "https://api.example", none: "x:api.example", isProxied: true },
  { server: "https://api.example", none: "api.example:443x", isProxied: true },
  { server: "https://api.example", none: "10.0.0.0/8", isProxied: true },
  { server: "https://10.1.2.3", none: "2.3", isProxied: true },
  { server: "https://10.1.2.3", none: "10.1.2.4", isProxied: true },
  { server: "https://api.example", none: "10.0.0.0/99,/,:,[", isProxied: true },
])("$server is reached through the proxy beside NO_PROXY $none: $isProxied", ({ server, none, isProxied }) => {
  expect(proxyFor(server, { https: PROXY, none })).toBe(isProxied ? PROXY : undefined);
  expect(proxyFor(server, { none })).toBeUndefined();
});
