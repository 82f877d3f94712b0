import { expect, test } from "vitest";
import { signedHeaders } from "../../../functions/io/aws/sigv4.ts";
import { signature } from "../../support/sigv4.ts";

// The keys, the dates and the signatures of AWS's own test suite for Signature Version 4.
const published = {
  identity: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" },
  region: "us-east-1",
  method: "GET",
  nowMs: Date.UTC(2015, 7, 30, 12, 36, 0),
};
const suite = "https://example.amazonaws.com";
const listUsers = {
  service: "iam",
  url: "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
  headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
  signed: "content-type;host;x-amz-date",
};
const vanilla = { service: "service", headers: {}, signed: "host;x-amz-date" };

test.each([
  { what: "nothing but a host", ...vanilla, url: `${suite}/`, is: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31" },
  {
    what: "parameters that are not in order",
    ...vanilla,
    url: `${suite}/?Param2=value2&Param1=value1`,
    is: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
  },
  { what: "a header of its own", ...listUsers, is: "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7" },
])("a request with $what is signed as AWS publishes it", async ({ service, url, headers, signed, is }) => {
  const sent = await signedHeaders({ ...published, service, url, headers });
  const credential = `AKIDEXAMPLE/20150830/us-east-1/${service}/aws4_request`;
  expect(sent).toEqual({
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signed}, Signature=${is}`,
    "x-amz-date": "20150830T123600Z",
  });
});

const alerts = "https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-1/api/v1/alerts";

test.each([
  { what: "with the token of a session", url: alerts, sessionToken: "session/token+==" },
  { what: "without one", url: alerts, sessionToken: undefined },
  { what: "with a query", url: `${alerts}?type=alert&match[]=${encodeURIComponent('up{job="a b"}')}`, sessionToken: undefined },
  { what: "on a port of its own", url: "https://aps.example:8443/a%20b/api/v1/alerts", sessionToken: undefined },
])("a request to Amazon Managed Prometheus $what is signed over all that is sent", async ({ url, sessionToken }) => {
  const identity = { accessKeyId: "ASIAEXAMPLE", secretAccessKey: "canary", sessionToken };
  const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);
  const tenant = { "x-scope-orgid": "one" };
  const sent = await signedHeaders({ identity, region: "eu-central-1", service: "aps", method: "GET", url, headers: tenant, nowMs });
  const { authorization, ...rest } = sent;
  expect(rest).toEqual({
    ...tenant,
    "x-amz-date": "20260102T030405Z",
    ...(sessionToken !== undefined && { "x-amz-security-token": sessionToken }),
  });
  const scope = "20260102/eu-central-1/aps/aws4_request";
  const headers = { ...rest, host: new URL(url).host };
  const expected = signature({ method: "GET", url: new URL(url), headers, scope, date: "20260102T030405Z", secret: "canary" });
  expect(authorization).toBe(
    `AWS4-HMAC-SHA256 Credential=ASIAEXAMPLE/${scope}, SignedHeaders=${Object.keys(headers).sort().join(";")}, Signature=${expected}`,
  );
});
