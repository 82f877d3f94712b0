import { describe, expect, test } from "vitest";
import { type Code, UpstreamError } from "../../../functions/core/errors.ts";
import { unreadableCheck } from "../../../functions/doctor/checks/unreadable.ts";

const PROXY = "https://api.example/api/v1/namespaces/monitoring/services/prometheus:9090/proxy/api/v1/alerts";
const service = { service: { namespace: "monitoring", name: "prometheus", port: 9090 } };
const kyma = { service: { ...service.service, name: "telemetry-self-monitor" } };
const url = { url: "https://prometheus.example" };

function check(source: typeof service | typeof url, code: Code, why: string, answer = "") {
  return unreadableCheck(source, new UpstreamError(code, why, { request: `GET ${PROXY}` }), answer);
}

/** What the API server, or what stands behind it, answers to the request. */
function answered(status: number, said?: string) {
  const code = status === 404 ? "not-found" : status === 403 || status === 401 ? "forbidden" : "unavailable";
  const why = said === undefined ? `answered ${status}` : `answered ${status}: ${said}`;
  return unreadableCheck(service, new UpstreamError(code, why, { request: `GET ${PROXY}`, status, said }), "");
}

describe("behind the service proxy", () => {
  const dialing = "error trying to reach service: dial tcp 10.0.0.9:9090:";
  const KEPT_OUT = "most likely a NetworkPolicy keeps it out";

  test("no answer in time is a NetworkPolicy's work", () => {
    expect(check(service, "timeout", "no complete answer in time")).toMatchObject({
      was: "failed",
      message: expect.stringContaining(`${KEPT_OUT}: no complete answer in time`),
    });
  });

  test.each<[status: number, said: string | undefined, says: string]>([
    [503, `${dialing} i/o timeout`, KEPT_OUT],
    [503, `${dialing} connect: no route to host`, KEPT_OUT],
    [503, `${dialing} connect: network is unreachable`, KEPT_OUT],
    [504, "context deadline exceeded", KEPT_OUT],
    [504, undefined, KEPT_OUT],
    [503, `${dialing} connect: connection refused`, "the Pod behind the service refuses the connection"],
    [503, 'no endpoints available for service "prometheus:9090"', "no Pod is ready behind the service"],
    [503, 'no service port 9090 found for service "prometheus"', "the service has no such port"],
    [404, 'services "prometheus" not found', "there is no such service"],
    [403, 'services "prometheus:9090" is forbidden: User "us" cannot get resource "services/proxy"', "does not let this login through"],
    [401, 'User "us" cannot get resource "services/proxy"', "does not let this login through"],
    [502, "error trying to reach service: malformed HTTP response", "does not speak plain HTTP"],
    [502, "error trying to reach service: tls: first record does not look like a TLS handshake", "does not speak plain HTTP"],
  ])("%i: %s", (status, said, says) => {
    expect(answered(status, said)).toMatchObject({ was: "failed", message: expect.stringContaining(says), remedy: expect.any(String) });
  });

  test("what Prometheus itself answers is not laid on the proxy", () => {
    expect(answered(404, "page not found")).toMatchObject({ message: "answered 404: page not found" });
    expect(answered(403, "no login here")).toMatchObject({ message: "answered 403: no login here" });
    expect(answered(500, 'services "prometheus" not found, nor services/proxy')).toMatchObject({
      message: expect.stringMatching(/^answered 500/),
    });
  });

  test("the words of a message alone are no server's answer", () => {
    expect(check(service, "connection-refused", "connection refused").message).toBe("connection refused");
  });

  test("Kyma's own policy is named where it is Kyma's own Prometheus", () => {
    expect(check(kyma, "timeout", "no complete answer in time").remedy).toContain("networking.kyma-project.io/metrics-scraping: allowed");
    expect(check(service, "timeout", "no complete answer in time").remedy).not.toContain("kyma");
  });
});

describe.each([
  ["a URL", url],
  ["a service", service],
])("at %s", (_, source) => {
  test.each<[status: number, said: string, says: string, remedy: string]>([
    [401, "no org id", "no tenant is named", "X-Scope-OrgID"],
    [404, "alertmanager storage object not found", "the Alertmanager of Mimir or Cortex answers there", "/prometheus"],
    [404, "the Alertmanager is not configured", "no Alertmanager of its own", "leave `alertmanager` out"],
    [422, "unavailable with Prometheus Agent", "agent mode evaluates no rules", "what evaluates them"],
  ])("%i: %s is known by its words", (status, said, says, remedy) => {
    const failure = new UpstreamError("unavailable", `answered ${status}: ${said}`, { status, said });
    expect(unreadableCheck(source, failure, "")).toMatchObject({
      message: expect.stringContaining(says),
      remedy: expect.stringContaining(remedy),
    });
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
