// Holds the judgement of certificates to what an operator has to do about each.

import { expect, test } from "vitest";
import type { ServerCertificate } from "../../../functions/core/access/certificate.ts";
import { certificateCheck } from "../../../functions/doctor/checks/certificate.ts";

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 0, 1);

const check = (parts: Partial<ServerCertificate> & { days?: number } = {}, hasCa = true) => {
  const { days = 90, ...rest } = parts;
  const beganMs = NOW_MS - 30 * DAY_MS;
  const shown = {
    subject: "kubernetes",
    issuer: "cluster-ca",
    names: "10.0.0.1, kubernetes",
    beganMs,
    endsMs: NOW_MS + days * DAY_MS,
    ...rest,
  };
  return certificateCheck(shown, "api.example", hasCa, NOW_MS);
};

test.each([
  { what: "valid for 90 days", parts: {}, was: "ok", says: "of kubernetes, issued by cluster-ca, valid for 90 days" },
  { what: "valid for two weeks", parts: { days: 14 }, was: "ok", says: "valid for 14 days" },
  { what: "that expires within days", parts: { days: 9 }, was: "warning", says: "it expires in 9 days" },
  { what: "with a lifetime of days", parts: { days: 6, beganMs: NOW_MS - DAY_MS }, was: "ok", says: "valid for 6 days" },
  { what: "that has expired", parts: { days: -3, problem: "CERT_HAS_EXPIRED" }, was: "failed", says: "it expired 3 days ago" },
  { what: "that is not valid yet", parts: { problem: "CERT_NOT_YET_VALID" }, was: "failed", says: "not valid yet" },
  {
    what: "for another name",
    parts: { problem: "ERR_TLS_CERT_ALTNAME_INVALID" },
    was: "failed",
    says: "it is for 10.0.0.1, kubernetes, not for api.example",
  },
  {
    what: "of another CA",
    parts: { problem: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" },
    was: "failed",
    says: "by cluster-ca, which the given `ca` does not include",
  },
])("a certificate $what is $was", ({ parts, was, says }) => {
  expect(check(parts)).toMatchObject({ was, message: expect.stringContaining(says), ...(was !== "ok" && { remedy: expect.any(String) }) });
});

test("a certificate of an unknown CA has `ca` as its remedy where the fleet file has none", () => {
  expect(check({ problem: "SELF_SIGNED_CERT_IN_CHAIN" }, false)).toMatchObject({
    was: "failed",
    remedy: expect.stringContaining("`ca: {file: …}`"),
  });
});
