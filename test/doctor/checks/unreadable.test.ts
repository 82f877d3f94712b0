import { describe, expect, test } from "vitest";
import type { Code } from "../../../functions/core/errors.ts";
import { unreadableCheck } from "../../../functions/doctor/checks/unreadable.ts";

const PROXY = "https://api.example/api/v1/namespaces/monitoring/services/prometheus:9090/proxy/api/v1/alerts";
const service = { service: { namespace: "monitoring", name: "prometheus", port: 9090 } };
const kyma = { service: { ...service.service, name: "telemetry-self-monitor" } };
const url = { url: "https://prometheus.example" };

function check(source: typeof service | typeof url, code: Code, said: string, answer = "") {
  return unreadableCheck(source, { code, message: `GET ${PROXY}: ${said}` }, answer);
}

describe("behind the service proxy", () => {
  const dialing = "answered 503: error trying to reach service: dial tcp 10.0.0.9:9090:";
  const KEPT_OUT = "most likely a NetworkPolicy keeps it out";

  test.each<[string, Code, string]>([
    ["no answer in time: no complete answer in time", "timeout", KEPT_OUT],
    [`${dialing} i/o timeout`, "unavailable", KEPT_OUT],
    [`${dialing} connect: no route to host`, "unavailable", KEPT_OUT],
    ["answered 504: context deadline exceeded", "unavailable", KEPT_OUT],
    ["answered 504", "unavailable", KEPT_OUT],
    [`${dialing} connect: connection refused`, "unavailable", "the Pod behind the service refuses the connection"],
    ['answered 503: no endpoints available for service "prometheus:9090"', "unavailable", "no Pod is ready behind the service"],
    ['answered 503: no service port 9090 found for service "prometheus"', "unavailable", "the service has no such port"],
    ['answered 404: services "prometheus" not found', "not-found", "there is no such service"],
    [
      'answered 403: services "prometheus:9090" is forbidden: User "us" cannot get resource "services/proxy"',
      "forbidden",
      "does not let this login through",
    ],
    ["answered 502: error trying to reach service: malformed HTTP response", "unavailable", "does not speak plain HTTP"],
  ])("%s", (said, code, says) => {
    expect(check(service, code, said)).toMatchObject({ was: "failed", message: expect.stringContaining(says), remedy: expect.any(String) });
  });

  test("what Prometheus itself answers is not laid on the proxy", () => {
    expect(check(service, "not-found", "answered 404: page not found")).toMatchObject({ message: "answered 404: page not found" });
    expect(check(service, "forbidden", "answered 403: no login here")).toMatchObject({ message: "answered 403: no login here" });
  });

  test("Kyma's own policy is named where it is Kyma's own Prometheus", () => {
    expect(check(kyma, "timeout", "no complete answer in time").remedy).toContain("networking.kyma-project.io/metrics-scraping: allowed");
    expect(check(service, "timeout", "no complete answer in time").remedy).not.toContain("kyma");
  });
});

describe("at a URL", () => {
  test("the same words are nobody's proxy", () => {
    expect(check(url, "timeout", "no complete answer in time").message).toBe("no complete answer in time");
  });

  test.each([
    ["alertmanager_config: |\n  route: {}", "the Alertmanager configuration of Mimir", "/prometheus"],
    ["<!doctype html><title>Sign in</title>", "a web page", "login page"],
  ])("what answers %j is told by its name", (answer, page, remedy) => {
    expect(check(url, "malformed", "the answer is no JSON", answer)).toMatchObject({
      message: `${page} answers there`,
      remedy: expect.stringContaining(remedy),
    });
  });

  test("anything else is told as it is", () => {
    expect(check(url, "malformed", "the answer is no JSON: it is empty")).toMatchObject({ message: "the answer is no JSON: it is empty" });
  });
});
