// Holds the explanations of an unreadable source to the messages of kube-apiserver's service proxy.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Code, UpstreamError } from "../../../functions/core/errors.ts";
import { unreadableCheck } from "../../../functions/doctor/checks/unreadable.ts";
import { refusal } from "../../../functions/io/http/response.ts";

const FOLDER = join(import.meta.dirname, "../../core/prometheus/recorded");
const recorded = (server: string) => JSON.parse(readFileSync(join(FOLDER, `${server}.json`), "utf8"));

const PROXY = "https://api.example/api/v1/namespaces/monitoring/services/prometheus:9090/proxy/api/v1/alerts";
const service = { service: { namespace: "monitoring", name: "prometheus", port: 9090 } };
const kyma = { service: { ...service.service, name: "telemetry-self-monitor" } };
const url = { url: "https://prometheus.example" };

function check(source: typeof service | typeof url, code: Code, why: string, answer = "") {
  return unreadableCheck(source, new UpstreamError(code, why, { request: `GET ${PROXY}` }), answer);
}

/** The check of an answer of the API server, or of the backend behind it. */
function checkAnswer(status: number, said?: string) {
  const code = status === 404 ? "not-found" : status === 403 || status === 401 ? "forbidden" : "unavailable";
  const why = said === undefined ? `answered ${status}` : `answered ${status}: ${said}`;
  return unreadableCheck(service, new UpstreamError(code, why, { request: `GET ${PROXY}`, status, said }), "");
}

describe("behind the service proxy", () => {
  const dialing = "error trying to reach service: dial tcp 10.0.0.9:9090:";
  const KEPT_OUT = "most likely a NetworkPolicy keeps it out";

  test("a timeout points to a NetworkPolicy", () => {
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
    [403, 'services "prometheus:9090" is forbidden: User "x" cannot get resource "services/proxy"', "forbids this login"],
    [401, 'User "x" cannot get resource "services/proxy"', "forbids this login"],
    [502, "error trying to reach service: malformed HTTP response", "does not speak plain HTTP"],
    [400, "Client sent an HTTP request to an HTTPS server.", "does not speak plain HTTP"],
    [503, "error trying to reach service: remote error: tls: certificate required", "does not speak plain HTTP"],
    [503, "error trying to reach service: tls: first record does not look like a TLS handshake", "speaks plain HTTP"],
    [503, "error trying to reach service: http: server gave HTTP response to HTTPS client", "speaks plain HTTP"],
  ])("%i: %s", (status, said, says) => {
    expect(checkAnswer(status, said)).toMatchObject({ was: "failed", message: expect.stringContaining(says), remedy: expect.any(String) });
  });

  test("an answer of Prometheus itself is not blamed on the proxy", () => {
    expect(checkAnswer(404, "page not found")).toMatchObject({ message: "answered 404: page not found" });
    expect(checkAnswer(403, "no login here")).toMatchObject({ message: "answered 403: no login here" });
    expect(checkAnswer(500, 'services "prometheus" not found, nor services/proxy')).toMatchObject({
      message: expect.stringMatching(/^answered 500/),
    });
  });

  test("a message without a server's answer is shown unchanged", () => {
    expect(check(service, "connection-refused", "connection refused").message).toBe("connection refused");
  });

  test("the remedy names Kyma's NetworkPolicy for Kyma's own Prometheus only", () => {
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

  test.each([
    ["prometheus", "alerts in agent mode", "agent mode evaluates no rules"],
    ["cortex", "alerts without a tenant", "no tenant is named"],
    ["cortex", "alerts at the root", "the Alertmanager of Mimir or Cortex answers there"],
    ["cortex", "silences of an Alertmanager without a configuration", "no Alertmanager of its own"],
  ])("what a real %s answered is known: %s", (server, mistake, says) => {
    const { status, body } = recorded(server).mistakes[mistake];
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const failure = refusal("unavailable", "GET /", { status, body: text, secrets: [], what: "GET /" });
    expect(unreadableCheck(source, failure, "").message).toContain(says);
  });
});

describe("at a URL", () => {
  test("a timeout does not point to a NetworkPolicy", () => {
    expect(check(url, "timeout", "no complete answer in time").message).toBe("no complete answer in time");
  });

  test.each([
    ["alertmanager_config: |\n  route: {}", "the Alertmanager configuration of Mimir", "/prometheus"],
    ["<!doctype html><title>Sign in</title>", "a web page", "login page"],
  ])("the body %j is named as what it is", (answer, page, remedy) => {
    expect(check(url, "malformed", "the answer is no JSON", answer)).toMatchObject({
      message: `${page} answers there`,
      remedy: expect.stringContaining(remedy),
    });
  });

  test("any other failure keeps its message", () => {
    expect(check(url, "malformed", "the answer is no JSON: it is empty")).toMatchObject({ message: "the answer is no JSON: it is empty" });
  });
});
