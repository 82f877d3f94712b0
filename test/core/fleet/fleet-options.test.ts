// Holds a fleet file to the options of Alertmanagers, profiles and Events.

import { describe, expect, test } from "vitest";
import { aCluster, aFleet, aProfile, parseInWords, problemsIn, SERVICE } from "./fleet-documents.ts";

const url = "https://alertmanager.example/alertmanager";
const withOne = (alertmanager: unknown, source: object = SERVICE) => aFleet(aCluster({ alerts: { ...source, alertmanager } }));

describe("the Alertmanager of a source may be", () => {
  test.each<[what: string, alertmanager: object]>([
    ["a service of the cluster", { service: { namespace: "monitoring", name: "alertmanager-operated", port: 9093 } }],
    ["a URL", { url }],
    ["a URL on this host", { url: "http://127.0.0.1:9093" }],
    [
      "a URL with a login, a header and a certificate authority",
      { url, auth: { bearer: { env: "A" } }, headers: { X: "y" }, ca: { file: "ca" } },
    ],
    ["one that several clusters share, with labels", { url, labels: { cluster: "prod" } }],
  ])("%s", (_, alertmanager) => {
    expect(parseInWords(withOne(alertmanager))).toMatchObject({ clusters: [{ alerts: [{ ...SERVICE, alertmanager }] }], wrong: [] });
  });
});

describe("the Alertmanager of a source may not be", () => {
  const place = "clusters[0].alerts.alertmanager";
  test.each<[what: string, alertmanager: unknown, problem: string]>([
    ["empty", {}, "clusters[0].alerts"],
    ["a plain address", url, "clusters[0].alerts"],
    ["a service and a URL", { url, service: SERVICE.service }, "clusters[0].alerts"],
    ["a URL with a login over plain http", { url: "http://a.example", auth: { bearer: { env: "A" } } }, `${place}.url: https:`],
    ["a URL with a login in it", { url: "https://u:hunter2@a.example" }, `${place}.url: `],
    ["a URL with a secret in place of a reference", { url, auth: { bearer: "hunter2" } }, `${place}.auth`],
    ["a URL with a header of the transport", { url, headers: { Host: "a" } }, `${place}.headers.Host: `],
  ])("%s", (_, alertmanager, problem) => {
    const problems = problemsIn(withOne(alertmanager));
    expect(problems.map((text) => text.startsWith(problem))).toEqual([true]);
    expect(problems.join()).not.toContain("hunter2");
  });
});

test("a remote fleet may not refer to local secrets for an Alertmanager", () => {
  const part = { url, auth: { bearer: { env: "A" } }, headers: { env: { env: "B" }, file: "plain" }, labels: { env: "prod" } };
  const remote = parseInWords(
    { clusters: [{ name: "a", kubernetes: { server: "https://a" }, alerts: { ...SERVICE, alertmanager: part } }] },
    { isRemote: true },
  );
  expect(remote.wrong[0]?.problems.map((problem) => problem.replace(/: .*/, ""))).toEqual([
    "clusters[0].alerts.alertmanager.auth.bearer",
    "clusters[0].alerts.alertmanager.headers.env",
  ]);
});

describe("a profile", () => {
  const withProfile = (more: object) => ({
    ...aFleet(aCluster({ profiles: ["mine"], alerts: SERVICE })),
    profiles: { mine: aProfile(more as never) },
  });

  test("may ask for details, and ignore silenced alerts", () => {
    const more = { details: true, silenced: "ignored" };
    expect(parseInWords(withProfile(more)).clusters).toMatchObject([{ profiles: [more] }]);
  });

  test.each([
    { more: { details: "long" }, problem: /^profiles\.mine\.details: / },
    { more: { silenced: "hidden" }, problem: /^profiles\.mine\.silenced: / },
  ])("may not have $more", ({ more, problem }) => {
    expect(problemsIn(withProfile(more))).toEqual([expect.stringMatching(problem)]);
  });
});

describe("Events", () => {
  test.each<[what: string, document: unknown, events: boolean]>([
    ["are enabled by a cluster", aFleet(aCluster({ events: true })), true],
    ["are enabled by the defaults", { ...aFleet(aCluster()), defaults: { events: true } }, true],
    ["are disabled by a cluster, whatever the defaults are", { ...aFleet(aCluster({ events: false })), defaults: { events: true } }, false],
    ["are disabled by default", aFleet(aCluster()), false],
  ])("%s", (_, document, events) => {
    expect(parseInWords(document).clusters).toMatchObject([{ events }]);
  });
});

describe("a heartbeat", () => {
  test.each<[what: string, document: unknown, heartbeatMs: number | undefined]>([
    ["is a duration of Prometheus", aFleet(aCluster({ heartbeat: "1m30s" })), 90_000],
    ["may be as long as a tick", aFleet(aCluster({ heartbeat: "1m" })), 60_000],
    ["may be a default", { ...aFleet(aCluster()), defaults: { heartbeat: "5m" } }, 300_000],
    ["is not kept by default", aFleet(aCluster()), undefined],
  ])("%s", (_, document, heartbeatMs) => {
    expect(parseInWords(document).clusters.map((cluster) => cluster.heartbeatMs)).toEqual([heartbeatMs]);
  });

  test.each(["59s", "5", "often", ""])("may not be %j", (heartbeat) => {
    expect(problemsIn(aFleet(aCluster({ heartbeat })))).toEqual([
      expect.stringMatching(/\.heartbeat: a duration of 1m or more is expected/),
    ]);
  });
});
