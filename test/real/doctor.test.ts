import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { CANARY, type Clinic, find, named, openClinic } from "./doctor-clinic.ts";
import { hurried } from "./kyma-cluster.ts";

const access = inject("kubernetes")!;
let clinic: Clinic;
beforeAll(async () => {
  clinic = await openClinic(access);
});
afterAll(() => clinic.close());

describe("on the way to the API server,", () => {
  test("a token of nobody is refused, and not shown", async () => {
    const checks = await clinic.examine({ kubernetes: { ...clinic.kubernetes, auth: { token: { file: "token-of-nobody" } } } });
    expect(named(checks, "failed")).toEqual(["login"]);
    expect(find(checks, "login")?.remedy).toBe("renew the credential that the fleet file refers to");
    expect(find(checks, "alerts: Alerts API")).toMatchObject({ was: "skipped", message: "not asked for: login failed" });
    expect(JSON.stringify(checks)).not.toContain(CANARY);
  });

  test("a missing token is told by its place", async () => {
    const checks = await clinic.examine({ kubernetes: { ...clinic.kubernetes, auth: { token: { file: "none" } } } });
    expect(named(checks, "failed")).toEqual(["credential"]);
    expect(named(checks, "ok")).toEqual([]);
  });

  test("no token at all is nobody", async () => {
    const { auth: _, ...kubernetes } = clinic.kubernetes;
    const checks = await clinic.examine({ kubernetes });
    expect(named(checks, "failed")).toEqual(["login"]);
  });

  test("an authority that did not sign the certificate is told from one that is missing", async () => {
    await writeFile(join(clinic.folder, "other.pem"), access.certificate);
    const wrong = await clinic.examine({ kubernetes: { ...clinic.kubernetes, ca: { file: "other.pem" } } });
    expect(named(wrong, "failed")).toEqual(["certificate"]);
    expect(find(wrong, "certificate")?.message).toContain("which the given `ca` does not vouch for");
    const { ca: _, ...kubernetes } = clinic.kubernetes;
    const missing = await clinic.examine({ kubernetes });
    expect(named(missing, "failed")).toEqual(["certificate"]);
    expect(find(missing, "certificate")?.remedy).toContain("name the CA");
  });

  test("a host that nobody knows", async () => {
    const checks = await clinic.examine({ kubernetes: { ...clinic.kubernetes, server: "https://kubernetes.invalid:6443" } });
    expect(named(checks, "failed")).toEqual(["name resolution"]);
    expect(find(checks, "connection")).toMatchObject({ was: "skipped", message: "not asked for: name resolution failed" });
  });

  test("a port at which nobody listens", async () => {
    const checks = await clinic.examine({ kubernetes: { ...clinic.kubernetes, server: "https://127.0.0.1:1" } });
    expect(named(checks, "failed")).toEqual(["connection"]);
  });
});

describe("of the kinds,", () => {
  const databases = { group: "shop.example", version: "v1", plural: "databases", kind: "Database" };
  const about = (of: object) =>
    [{ profiles: ["own"] }, { profiles: { own: { ...hurried, flows: [{ ...hurried.flows[0]!, of }] } } }] as const;

  test("one whose CRD is not installed leaves nothing to judge", async () => {
    const checks = await clinic.examine(...about({ ...databases, group: "moon.example" }));
    expect(find(checks, "kind Database")).toMatchObject({ was: "warning", remedy: expect.stringMatching(/^install the CRDs/) });
  });

  test("one that is served in another version fails", async () => {
    const checks = await clinic.examine(...about({ ...databases, version: "v9" }));
    expect(find(checks, "kind Database")).toMatchObject({ was: "failed", message: "shop.example is served in v1, not in v9" });
  });

  test("one that is not in its group fails", async () => {
    const checks = await clinic.examine(...about({ ...databases, plural: "tables" }));
    expect(find(checks, "kind Database")).toMatchObject({ was: "failed", message: "shop.example/v1 has no tables" });
  });
});
