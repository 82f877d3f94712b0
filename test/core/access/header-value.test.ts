// Holds what is sent in a header to one line that is no document, in clear or in base64.

import { describe, expect, test } from "vitest";
import { headerValueProblem } from "../../../functions/core/access/header-value.ts";

const PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIICANARY\n-----END RSA PRIVATE KEY-----\n";
const KUBECONFIG = "apiVersion: v1\nkind: Config\nclusters:\n- name: canary\n";
const urlSafe = (text: string) => btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

describe("a header value may be", () => {
  test.each([
    { what: "a token", text: "token-of-alertstatus" },
    { what: "a JWT, whose parts are base64 of JSON", text: `${urlSafe('{"alg":"RS256"}')}.${urlSafe('{"aud":["x"]}')}.c2lnbmF0dXJl` },
    { what: "a token of EKS", text: `k8s-aws-v1.${urlSafe("https://sts.eu-central-1.amazonaws.com/?Action=GetCallerIdentity")}` },
    { what: "a password of signs", text: "[a{b\"c'd:e,f}-----" },
    { what: "a password that begins like a list", text: "[7" },
    { what: "base64 of nothing in particular", text: btoa("correct horse battery staple") },
    { what: "hexadecimal digits", text: "deadbeef".repeat(8) },
    { what: "one character", text: "x" },
    { what: "five characters, which are base64 of nothing", text: "abcde" },
  ])("$what", ({ text }) => {
    expect(headerValueProblem(text)).toBeUndefined();
  });
});

describe("a header value is never", () => {
  test.each([
    { what: "a PEM", text: PEM },
    { what: "a PEM on one line", text: PEM.replaceAll("\n", " ") },
    { what: "the base64 of a PEM", text: btoa(PEM) },
    { what: "the URL-safe base64 of a PEM", text: urlSafe(PEM) },
    { what: "the base64 of a PEM, with padding that it does not need", text: `${urlSafe(PEM)}=` },
    { what: "a kubeconfig", text: KUBECONFIG },
    { what: "the base64 of a kubeconfig", text: btoa(KUBECONFIG) },
    { what: "the base64 of a kubeconfig in JSON", text: urlSafe(JSON.stringify({ apiVersion: "v1", clusters: [] })) },
    { what: "a kubeconfig in braces", text: "{apiVersion: v1, clusters: [{name: canary}]}" },
    { what: "a JSON object", text: '{"canary": 1}' },
    { what: "a JSON list", text: '["canary"]' },
    { what: "the base64 of a JSON object", text: btoa('{"canary":1}') },
    { what: "the URL-safe base64 of a JSON object with any signs", text: urlSafe('{"a":"~~~???"}') },
    { what: "the base64 of a JSON list", text: urlSafe('["canary"]') },
    { what: "two lines", text: "canary\ncanary" },
    { what: "a control character", text: "canary\u0007" },
    { what: "other letters than those of ASCII", text: "canarÿ" },
    { what: "empty", text: "" },
  ])("$what", ({ text }) => {
    expect(headerValueProblem(text)).toMatch(/^it is /);
    expect(headerValueProblem(text)).not.toContain("canary");
  });
});
