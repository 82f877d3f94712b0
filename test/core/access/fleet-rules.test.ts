// Holds a fleet to the servers that its origin allows, and each web identity token to one server.

import { describe, expect, test } from "vitest";
import type { FleetRules } from "../../../functions/core/access/fleet-rules.ts";
import { aCluster, aFleet, parseInWords, SERVICE } from "../fleet/fleet-documents.ts";

const server = "https://api.example";
const problemsOf = (document: unknown, rules: FleetRules) => parseInWords(document, rules).wrong.flatMap(({ problems }) => problems);
const entry = (kubernetes: object, alerts: object = SERVICE) => aFleet(aCluster({ kubernetes, alerts }));
const place = "clusters[0]";

describe("a remote fleet names no server of the machine that reads it", () => {
  const hosts = [
    "localhost",
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f.1",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "localhost.",
  ];
  test.each(hosts)("as API server: %s", (host) => {
    const document = entry({ server: `https://${host}:6443` });
    expect(problemsOf(document, { isRemote: true })).toEqual([expect.stringContaining(`${place}.kubernetes.server: `)]);
  });

  test.each([
    { at: "kubernetes.eks.server", document: entry({ eks: { name: "a", region: "eu-west-1", server: "https://[::1]" } }) },
    { at: "alerts.url", document: entry({ server }, { url: "http://127.0.0.1:9090" }) },
    { at: "alerts[1].url", document: entry({ server }, [SERVICE, { url: "https://localhost" }]) },
    { at: "alerts.alertmanager.url", document: entry({ server }, { ...SERVICE, alertmanager: { url: "https://localhost" } }) },
  ])("at $at", ({ at, document }) => {
    const message = "a fleet from s3: or ssm: names no server on the machine that reads it";
    expect(problemsOf(document, { isRemote: true })).toEqual([`${place}.${at}: ${message}`]);
    expect(problemsOf(document, {})).toEqual([]);
  });
});

describe("a remote fleet has requests signed for AWS alone", () => {
  const signed = (url: string, sigv4: object = { region: "eu-central-1" }) => ({ url, auth: { sigv4 } });
  const APS = "https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-1";

  test("for Amazon Managed Prometheus in its region", () => {
    expect(problemsOf(entry({ server }, signed(APS)), { isRemote: true })).toEqual([]);
  });

  test("for another service at the hosts of its region", () => {
    const problem = "for es in eu-central-1, the host is *.eu-central-1.amazonaws.com";
    const alerts = signed("https://evil.example", { region: "eu-central-1", service: "es" });
    expect(problemsOf(entry({ server }, alerts), { isRemote: true })).toEqual([expect.stringContaining(problem)]);
  });

  test.each([
    { where: "at the author's own server", alerts: signed("https://evil.example"), at: "alerts.url" },
    { where: "in another region", alerts: signed(APS, { region: "us-east-1" }), at: "alerts.url" },
    { where: "at an Alertmanager", alerts: { ...SERVICE, alertmanager: signed("https://evil.example") }, at: "alerts.alertmanager.url" },
  ])("and not $where", ({ alerts, at }) => {
    const region = at === "alerts.url" && "auth" in alerts && JSON.stringify(alerts).includes("us-east-1") ? "us-east-1" : "eu-central-1";
    const message = `requests are signed for AWS alone: for aps in ${region}, the host is aps-workspaces.${region}.amazonaws.com`;
    expect(problemsOf(entry({ server }, alerts), { isRemote: true })).toEqual([`${place}.${at}: ${message}`]);
    expect(problemsOf(entry({ server }, alerts), {})).toEqual([]);
  });
});

describe("the audience of a web identity token", () => {
  const at = `${place}.kubernetes.auth.webIdentity.audience`;
  const identified = (audience?: string, more = server) => ({ server: more, auth: { webIdentity: { ...(audience && { audience }) } } });

  test.each([
    { what: "left out", audience: undefined, rules: { stage: "prod", audiences: [] } },
    { what: "the one that is left out", audience: `alertstatus:prod:${server}`, rules: { stage: "prod", audiences: [] } },
    { what: "listed", audience: "kubernetes", rules: { stage: "prod", audiences: ["kubernetes"] } },
    { what: "any, where the deployment is not known", audience: "kubernetes", rules: {} },
    { what: "that of this server, where the stage is not known", audience: `alertstatus:prod:${server}`, rules: {} },
  ])("may be $what", ({ audience, rules }) => {
    expect(problemsOf(entry(identified(audience)), { isRemote: true, ...rules })).toEqual([]);
  });

  test.each([
    { what: "one that the deployment does not list", audience: "sts.amazonaws.com", rules: { stage: "prod", audiences: ["kubernetes"] } },
    { what: "that of another server", audience: "alertstatus:prod:https://victim.example", rules: { stage: "prod", audiences: [] } },
    { what: "that of another server, where nothing is known", audience: "alertstatus:prod:https://victim.example", rules: {} },
    { what: "that of another stage", audience: `alertstatus:dev:${server}`, rules: { stage: "prod", audiences: [] } },
    {
      what: "that of another server, listed",
      audience: "alertstatus:prod:https://a.example",
      rules: { audiences: ["alertstatus:prod:https://a.example"] },
    },
  ])("is not $what", ({ audience, rules }) => {
    expect(problemsOf(entry(identified(audience)), { isRemote: true, ...rules })).toEqual([expect.stringContaining(`${at}: `)]);
  });

  test("is for one server: the others with it are as wrong, and the rest goes on", () => {
    const clusters = [
      aCluster({ name: "one", kubernetes: identified("shared") }),
      aCluster({ name: "two", kubernetes: identified("shared", "https://evil.example") }),
      aCluster({ name: "same-server", kubernetes: identified("alone", "https://api.example/path") }),
      aCluster({ name: "same-server-again", kubernetes: identified("alone") }),
      aCluster({ name: "none", kubernetes: identified() }),
    ];
    const { clusters: right, wrong } = parseInWords(aFleet(...clusters));
    expect(right.map(({ name }) => name)).toEqual(["same-server", "same-server-again", "none"]);
    expect(wrong).toMatchObject([
      { name: "one", problems: [expect.stringContaining("clusters[0].kubernetes.auth.webIdentity.audience: another server has the same")] },
      { name: "two", problems: [expect.stringContaining("clusters[1].kubernetes.auth.webIdentity.audience: another server has the same")] },
    ]);
  });
});
