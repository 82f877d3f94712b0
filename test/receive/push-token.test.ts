import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { ConfigError, UpstreamError } from "../../functions/core/errors.ts";
import { parsePushSecret } from "../../functions/receive/secret.ts";
import { isTokenOf, openPushSecret, pushToken } from "../../functions/receive/token.ts";
import { clockAt } from "../support/clock.ts";

const ONE = "one-secret-of-thirty-two-bytes-1";
const TWO = "two-secret-of-thirty-two-bytes-2";
const secret = parsePushSecret(ONE);
const eu = { stage: "prod", cluster: "eu" };
const json = (value: object) => parsePushSecret(JSON.stringify(value));

describe("a token", () => {
  const token = pushToken(secret, eu);

  test("stays what it is from release to release", () => {
    expect(token).toBe("as2.1.lkDG8XWN2NaSwbnyK3w0SClD2PNeNPBwosL3rE8tp14");
  });

  test("is good for its cluster alone", () => {
    expect(["eu", "us", "e"].map((cluster) => isTokenOf(secret, { ...eu, cluster }, token))).toEqual([true, false, false]);
  });

  test("is good in its stage alone, also where two stages share a secret", () => {
    expect(["prod", "dev", ""].map((stage) => isTokenOf(secret, { ...eu, stage }, token))).toEqual([true, false, false]);
    // Neither name takes a character of the other.
    expect(isTokenOf(secret, { stage: "prod\neu", cluster: "" }, token)).toBe(false);
  });

  test("of the form without a stage is good until its secret is rotated", () => {
    const old = "as1.1.8Lr-7dyOfIlq1uwRHnjXtqt3D4VayYaPxtHZ5DTiy94";
    expect([eu, { ...eu, stage: "dev" }, { ...eu, cluster: "us" }].map((holder) => isTokenOf(secret, holder, old))).toEqual([
      true,
      true,
      false,
    ]);
    expect(isTokenOf(json({ current: TWO, previous: ONE }), eu, old)).toBe(true);
    expect(isTokenOf(json({ current: TWO }), eu, old)).toBe(false);
    expect(isTokenOf(json({ current: ONE, generations: { eu: 2 } }), eu, old)).toBe(false);
  });

  test("cannot change its form", () => {
    expect(isTokenOf(secret, eu, token.replace("as2", "as1"))).toBe(false);
    expect(isTokenOf(secret, eu, "as2.1.8Lr-7dyOfIlq1uwRHnjXtqt3D4VayYaPxtHZ5DTiy94")).toBe(false);
  });

  test("is good under one secret only", () => {
    expect(isTokenOf(json({ current: TWO }), eu, token)).toBe(false);
  });

  test("stays good while its secret is the previous one", () => {
    const rotated = json({ current: TWO, previous: ONE });
    expect([token, pushToken(rotated, eu)].map((each) => isTokenOf(rotated, eu, each))).toEqual([true, true]);
  });

  test("is revoked by a raised generation of its cluster, and of no other", () => {
    const raised = json({ current: ONE, generations: { eu: 2 } });
    expect(isTokenOf(raised, eu, token)).toBe(false);
    expect(pushToken(raised, eu)).toMatch(/^as2\.2\./);
    const holders = ["eu", "us"].map((cluster) => ({ ...eu, cluster }));
    expect(holders.map((holder) => isTokenOf(raised, holder, pushToken(raised, holder)))).toEqual([true, true]);
  });

  test("cannot choose its generation", () => {
    const raised = json({ current: ONE, generations: { eu: 2 } });
    const [, , mac] = token.split(".");
    expect(isTokenOf(raised, eu, `as2.2.${mac}`)).toBe(false);
    expect(isTokenOf(secret, eu, pushToken(raised, eu))).toBe(false);
  });

  test("of a cluster with the name of what every object has is like any other", () => {
    const holder = { ...eu, cluster: "constructor" };
    expect(pushToken(secret, holder)).toMatch(/^as2\.1\./);
    expect(isTokenOf(secret, holder, pushToken(secret, holder))).toBe(true);
  });

  test.each([
    { which: "empty", wrong: "" },
    { which: "without its last character", wrong: token.slice(0, -1) },
    { which: "with one more", wrong: `${token}A` },
    { which: "with another last character for the same bytes", wrong: token.replace(/4$/, "5") },
    { which: "of another version", wrong: token.replace("as2", "as3") },
    { which: "of a generation that it is not of", wrong: token.replace(".1.", ".7.") },
    { which: "of generation 01", wrong: token.replace(".1.", ".01.") },
    { which: "in capitals", wrong: token.toUpperCase() },
    { which: "with a line end", wrong: `${token}\n` },
  ])("$which is none", ({ wrong }) => {
    expect(isTokenOf(secret, eu, wrong)).toBe(false);
  });
});

describe("a secret is refused, and not repeated, that", () => {
  test.each([
    { is: "is short", written: "hunter2" },
    { is: "is short in its JSON", written: JSON.stringify({ current: "hunter2" }) },
    { is: "has a short predecessor", written: JSON.stringify({ current: ONE, previous: "hunter2" }) },
    { is: "is broken JSON", written: '{"current":"hunter2' },
    { is: "has a field of its own", written: JSON.stringify({ current: ONE, old: "hunter2" }) },
    { is: "has a generation that is none", written: JSON.stringify({ current: ONE, generations: { eu: 0.5 } }) },
  ])("$is", ({ written }) => {
    expect(() => parsePushSecret(written)).toThrow(ConfigError);
    expect(() => parsePushSecret(written)).not.toThrow(/hunter2/);
    expect(() => parsePushSecret(written)).not.toThrow(ONE);
  });
});

describe("from invocation to invocation, the secret", () => {
  const folder = mkdtempSync(join(tmpdir(), "push-secret-"));
  const file = join(folder, "secret");
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  let nowMs = 0;
  let failures: Error[] = [];
  let read: ReturnType<typeof openPushSecret>;
  beforeEach(() => {
    writeFileSync(file, ONE);
    failures = [];
    nowMs = 0;
    read = openPushSecret({ file }, { clock: clockAt(() => nowMs), onFailure: (error) => failures.push(error) });
  });
  const currentAt = async (ms: number) => {
    nowMs = ms;
    return (await read()).current;
  };

  test("is read again after a minute", async () => {
    expect(await currentAt(0)).toBe(ONE);
    writeFileSync(file, TWO);
    expect([await currentAt(59_999), await currentAt(60_000)]).toEqual([ONE, TWO]);
  });

  test("is the last good one for a quarter of an hour where it cannot be read", async () => {
    await currentAt(0);
    rmSync(file);
    expect(await currentAt(899_999)).toBe(ONE);
    await expect(currentAt(900_000)).rejects.toThrow(UpstreamError);
  });

  test("is the last good one where the new one is not fit", async () => {
    await currentAt(0);
    writeFileSync(file, "hunter2");
    expect(await currentAt(60_000)).toBe(ONE);
    expect(failures).toEqual([expect.any(ConfigError)]);
  });

  test("is asked for again at the next need where there is none yet, and its failure told each time", async () => {
    rmSync(file);
    await expect(currentAt(0)).rejects.toThrow(UpstreamError);
    await expect(currentAt(1)).rejects.toThrow(UpstreamError);
    expect(failures).toHaveLength(2);
    writeFileSync(file, ONE);
    expect(await currentAt(2)).toBe(ONE);
  });
});
