// Holds a source of alerts to its schema: which headers it may send, and when plain http is enough.

import { describe, expect, test } from "vitest";
import { alertmanagerSchema, alertsSchema } from "../../../functions/core/access/alerts.ts";
import { NO_SECRETS } from "../../../functions/core/access/ref.ts";
import { validationErrors } from "../../../functions/core/validation.ts";

function errorsOf(source: object): readonly string[] {
  const { error } = alertsSchema.safeParse({ url: "https://a.example", ...source });
  return error === undefined ? [] : validationErrors(error);
}

const TRANSPORT = "this header belongs to the transport";
const LOGIN = "use `auth` for the login";

describe("a header", () => {
  test.each([
    { name: "X-Scope-OrgID", value: "tenant", error: undefined },
    { name: "X-Api-Key", value: { env: "KEY" }, error: undefined },
    { name: "Host", value: "a", error: TRANSPORT },
    { name: "content-length", value: "1", error: TRANSPORT },
    { name: "Proxy-Authorization", value: "a", error: TRANSPORT },
    { name: "Proxy-Anything", value: { env: "A" }, error: TRANSPORT },
    { name: "Authorization", value: "a", error: LOGIN },
    { name: "authorization", value: { env: "A" }, error: LOGIN },
    { name: "X-Authorization", value: "a", error: NO_SECRETS },
    { name: "X-Authorization", value: { env: "A" }, error: undefined },
    { name: "Authorization-More", value: { env: "A" }, error: undefined },
    { name: "X-Api-Key", value: "hunter2", error: NO_SECRETS },
    { name: "Cookie", value: "hunter2", error: NO_SECRETS },
    { name: "X-Hostess", value: "a", error: undefined },
  ])("$name with $value has the error $error", ({ name, value, error }) => {
    expect(errorsOf({ headers: { [name]: value } })).toEqual(error === undefined ? [] : [`headers.${name}: ${error}`]);
  });
});

const NO_CREDENTIALS = "no credentials go through the service proxy: read the source by `url`";
const SERVERS_OWN = "this header belongs to the API server";
const NO_PATH = "a path such as /prometheus is expected, without a slash at its end";

describe("a service may be asked", () => {
  const service = { namespace: "mimir", name: "gateway", port: 443 };
  test.each([
    { more: { scheme: "https" } },
    { more: { path: "/prometheus" } },
    { more: { path: "/a/b-c/d_e.f~g" } },
    { more: { path: "/..a/.b" } },
    { more: { headers: { "X-Scope-OrgID": "a", Accept: "application/json" } } },
    { more: { headers: { "Never-Impersonate-User": "a" } } },
  ])("with $more", ({ more }) => {
    expect(alertsSchema.safeParse({ service: { ...service, ...more } }).error).toBeUndefined();
  });

  test.each([
    { more: { scheme: "HTTPS" }, path: ["scheme"], error: undefined },
    ...["prometheus", "/prometheus/", "/", "", "//a", "/..", "/a/../b", "/a/.", "/a?b", "/a#b", "/%2e%2e", "/a b"].map((path) => ({
      more: { path },
      path: ["path"],
      error: NO_PATH,
    })),
    { more: { headers: { Authorization: "Bearer a" } }, path: ["headers", "Authorization"], error: NO_CREDENTIALS },
    { more: { headers: { "X-Api-Key": "a" } }, path: ["headers", "X-Api-Key"], error: NO_CREDENTIALS },
    { more: { headers: { "Impersonate-User": "admin" } }, path: ["headers", "Impersonate-User"], error: SERVERS_OWN },
    { more: { headers: { "impersonate-extra-a": "b" } }, path: ["headers", "impersonate-extra-a"], error: SERVERS_OWN },
    { more: { headers: { "X-Remote-Group": "system:masters" } }, path: ["headers", "X-Remote-Group"], error: SERVERS_OWN },
    { more: { headers: { Host: "a" } }, path: ["headers", "Host"], error: TRANSPORT },
    { more: { headers: { "X-Scope-OrgID": { env: "TENANT" } } }, path: ["headers", "X-Scope-OrgID"], error: undefined },
  ])("not with $more", ({ more, path, error }) => {
    const issues = alertmanagerSchema.safeParse({ service: { ...service, ...more } }).error?.issues ?? [];
    const [issue] = issues.flatMap((one) => ("errors" in one ? one.errors.flat() : [one])).filter((one) => one.path[0] === "service");
    expect(issue).toMatchObject({ path: ["service", ...path], ...(error && { message: error }) });
  });
});

describe("plain http", () => {
  const INSECURE = "url: https: is needed where credentials are sent, http: only for loopback hosts";
  test.each([
    { what: "without credentials", source: {}, errors: [] },
    { what: "with a header of text", source: { headers: { "X-Scope-OrgID": "tenant" } }, errors: [] },
    { what: "with a login", source: { auth: { bearer: { env: "TOKEN" } } }, errors: [INSECURE] },
    { what: "with a header from a reference", source: { headers: { a: "b", "X-Api-Key": { env: "KEY" } } }, errors: [INSECURE] },
  ])("$what has the errors $errors", ({ source, errors }) => {
    expect(errorsOf({ url: "http://a.example", ...source })).toEqual(errors);
    expect(errorsOf({ url: "http://localhost", ...source })).toEqual([]);
  });
});
