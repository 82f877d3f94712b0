// Holds the routes to a list of exact paths, because a proxy may rewrite any other.

import { describe, expect, test } from "vitest";
import { routePush } from "../../functions/receive/route.ts";

describe("a request is routed for", () => {
  test.each([
    { method: "POST", path: "/clusters/eu/api/v2/alerts", route: { to: "alerts", cluster: "eu" } },
    { method: "POST", path: "/clusters/prod-eu-1/webhook", route: { to: "webhook", cluster: "prod-eu-1" } },
    { method: "GET", path: "/clusters/eu/-/ready", route: { to: "ready", cluster: "eu" } },
    { method: "HEAD", path: "/clusters/eu/-/healthy", route: { to: "healthy", cluster: "eu" } },
  ])("$method $path", ({ method, path, route }) => {
    expect(routePush(method, path)).toEqual(route);
  });
});

describe("a request is refused with 405 for", () => {
  test.each([
    { method: "GET", path: "/clusters/eu/api/v2/alerts", allow: "POST" },
    { method: "PUT", path: "/clusters/eu/webhook", allow: "POST" },
    { method: "OPTIONS", path: "/clusters/eu/webhook", allow: "POST" },
    { method: "post", path: "/clusters/eu/webhook", allow: "POST" },
    { method: "POST", path: "/clusters/eu/-/ready", allow: "GET, HEAD" },
  ])("$method $path", ({ method, path, allow }) => {
    expect(routePush(method, path)).toEqual({ refused: 405, allow });
  });
});

describe("a request is refused with 404 for", () => {
  test.each([
    "",
    "/",
    "/clusters",
    "/clusters/eu",
    "/clusters/eu/",
    "/clusters//webhook",
    "/clusters/eu/webhook/",
    "/clusters/eu//webhook",
    "/clusters/eu/webhook/../api/v2/alerts",
    "/clusters/../clusters/eu/webhook",
    "/clusters/eu/../us/webhook",
    "/clusters/eu/./webhook",
    "/clusters/%65u/webhook",
    "/clusters/eu%2Fwebhook",
    "/clusters/eu%00/webhook",
    "/clusters/eu/webhook?x=1",
    "/clusters/EU/webhook",
    "/clusters/-eu/webhook",
    "/clusters/eu\n/webhook",
    "/clusters/eu/webhook\n",
    `/clusters/${"e".repeat(64)}/webhook`,
    "/clusters/eu/constructor",
    "/clusters/eu/api/v1/alerts",
    "/api/v2/alerts",
    "/x/clusters/eu/webhook",
  ])("%j", (path) => {
    expect(routePush("POST", path)).toEqual({ refused: 404 });
  });
});
