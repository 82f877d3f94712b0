// Holds the nearest names to what people mistype, and keeps far names out of messages.

import { describe, expect, test } from "vitest";
import { orNearest } from "../../functions/core/nearest.ts";

const CLUSTERS = Array.from({ length: 300 }, (_, index) => `prod-eu-${index + 1}`);
const FIELDS = ["name", "labels", "profiles", "mode", "paused", "events", "kubernetes", "alerts"];

describe("orNearest finds", () => {
  test.each([
    { wrong: ["kubconfig"], names: FIELDS, says: "; kubernetes?" },
    { wrong: ["alert"], names: FIELDS, says: "; alerts?" },
    { wrong: ["Mode"], names: FIELDS, says: "; mode?" },
    { wrong: ["pord-eu-12"], names: CLUSTERS, says: "; prod-eu-12, prod-eu-1, prod-eu-10?" },
    { wrong: ["eu-1", "us-2"], names: ["eu-11", "us-21", "ap-3"], says: "; eu-11, us-21?" },
    { wrong: ["zebra"], names: FIELDS, says: "" },
    { wrong: ["x".repeat(10_000)], names: ["x".repeat(10_001)], says: "" },
    { wrong: ["anything"], names: [], says: "" },
    { wrong: ["mdoe"], names: ["mode"], says: "; mode?" },
    { wrong: ["mod"], names: ["mode"], says: "; mode?" },
    { wrong: ["modes"], names: ["mode"], says: "; mode?" },
    { wrong: ["mude"], names: ["mode"], says: "; mode?" },
    { wrong: ["mudi"], names: ["mode"], says: "" },
    { wrong: ["edom"], names: ["mode"], says: "" },
    { wrong: ["abcdef"], names: ["abdcfe"], says: "; abdcfe?" },
    { wrong: ["xxxdef"], names: ["abcdef"], says: "" },
    { wrong: ["prodxyz"], names: ["prodabc"], says: "; prodabc?" },
    { wrong: ["prxyzuv"], names: ["prodabc"], says: "" },
    { wrong: ["proxyzuvwk"], names: ["prodabcefg"], says: "" },
    { wrong: ["proxyzuvabc"], names: ["prodefghabc"], says: "; prodefghabc?" },
    { wrong: ["PROD"], names: ["prod"], says: "; prod?" },
    { wrong: ["prod"], names: ["PROX"], says: "; PROX?" },
    { wrong: ["prod"], names: ["pro", "prode", "prob", "proc"], says: "; pro, prob, proc?" },
    { wrong: ["prod"], names: ["prodb", "prodb", "prod"], says: "; prod, prodb?" },
    { wrong: ["zzz", "prod"], names: ["prod", "proud"], says: "; prod, proud?" },
    { wrong: ["x".repeat(64)], names: ["x".repeat(63)], says: `; ${"x".repeat(63)}?` },
    { wrong: ["profiles", "prod-eu-1"], names: ["prod-us-1", "profile"], says: "; profile, prod-us-1?" },
    { wrong: ["prod"], names: ["prod-eu"], says: "; prod-eu?" },
    { wrong: ["elrts"], names: ["alerts"], says: "; alerts?" },
    { wrong: ["s"], names: ["ms"], says: "; ms?" },
    { wrong: ["us"], names: ["eu"], says: "" },
    { wrong: ["x".repeat(63)], names: ["x".repeat(64)], says: `; ${"x".repeat(64)}?` },
    { wrong: ["x".repeat(64)], names: ["x".repeat(65)], says: "" },
    { wrong: ["x".repeat(65)], names: ["x".repeat(64)], says: "" },
  ])("for $wrong $says", ({ wrong, names, says }) => {
    expect(orNearest(wrong, names)).toBe(says);
  });
});
