// Tries what doctor says of a real API server that refuses the login, the certificate or a kind.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { CANARY, type Clinic, find, namesOf, openClinic } from "./doctor-clinic.ts";
import { hurried } from "./kyma-cluster.ts";

const access = inject("kubernetes")!;
let clinic: Clinic;
beforeAll(async () => {
  clinic = await openClinic(access);
});
afterAll(() => clinic.close());

describe("the connection to the API server", () => {
  test("fails at the login with an unknown token, which is not shown", async () => {
    const checks = await clinic.examine({ kubernetes: { ...clinic.kubernetes, auth: { token: { file: "unknown-token" } } } });
    expect(namesOf(checks, "failed")).toEqual(["login"]);
    expect(find(checks, "login")?.remedy).toBe("renew the credential in use: the one that the fleet file refers to, or your own");
    expect(find(checks, "alerts: Alerts API")).toMatchObject({ was: "skipped", message: "not checked: login failed" });
    expect(JSON.stringify(checks)).not.toContain(CANARY);
  });

  test("fails at the credential where the token's file is missing", async () => {
    const checks = await clinic.examine({ kubernetes: { ...clinic.kubernetes, auth: { token: { file: "none" } } } });
    expect(namesOf(checks, "failed")).toEqual(["credential"]);
    expect(namesOf(checks, "ok")).toEqual([]);
  });

  test("fails at the login without a token", async () => {
    const { auth: _, ...kubernetes } = clinic.kubernetes;
    const checks = await clinic.examine({ kubernetes });
    expect(namesOf(checks, "failed")).toEqual(["login"]);
  });

  test("fails at the certificate with a wrong CA and without one, each with a remedy of its own", async () => {
    await writeFile(join(clinic.folder, "other.pem"), access.certificate);
    const wrong = await clinic.examine({ kubernetes: { ...clinic.kubernetes, ca: { file: "other.pem" } } });
    expect(namesOf(wrong, "failed")).toEqual(["certificate"]);
    expect(find(wrong, "certificate")?.message).toContain("which the given `ca` does not include");
    const { ca: _, ...kubernetes } = clinic.kubernetes;
    const missing = await clinic.examine({ kubernetes });
    expect(namesOf(missing, "failed")).toEqual(["certificate"]);
    expect(find(missing, "certificate")?.remedy).toContain("set the CA");
  });

  test("fails at name resolution for an unknown host", async () => {
    const checks = await clinic.examine({ kubernetes: { ...clinic.kubernetes, server: "https://kubernetes.invalid:6443" } });
    expect(namesOf(checks, "failed")).toEqual(["name resolution"]);
    expect(find(checks, "connection")).toMatchObject({ was: "skipped", message: "not checked: name resolution failed" });
  });

  test("fails at a port without a listener", async () => {
    const checks = await clinic.examine({ kubernetes: { ...clinic.kubernetes, server: "https://127.0.0.1:1" } });
    expect(namesOf(checks, "failed")).toEqual(["connection"]);
  });
});

describe("a kind", () => {
  const databases = { group: "shop.example", version: "v1", plural: "databases", kind: "Database" };
  const entryWith = (of: object) =>
    [{ profiles: ["own"] }, { profiles: { own: { ...hurried, flows: [{ ...hurried.flows[0]!, of }] } } }] as const;

  test("is a warning where its CRD is not installed", async () => {
    const checks = await clinic.examine(...entryWith({ ...databases, group: "moon.example" }));
    expect(find(checks, "kind Database")).toMatchObject({ was: "warning", remedy: expect.stringMatching(/^install the CRDs/) });
  });

  test("fails where it is served in another version", async () => {
    const checks = await clinic.examine(...entryWith({ ...databases, version: "v9" }));
    expect(find(checks, "kind Database")).toMatchObject({ was: "failed", message: "shop.example is served in v1, not in v9" });
  });

  test("fails where its group does not have it", async () => {
    const checks = await clinic.examine(...entryWith({ ...databases, plural: "tables" }));
    expect(find(checks, "kind Database")).toMatchObject({ was: "failed", message: "shop.example/v1 has no tables" });
  });
});
