// Holds every file of the catalogue to its schema, and every profile to a file of cases and to a condition of its own domain.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { shippedProfiles } from "../../functions/cli/catalogue.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { parseCases, tryCase } from "../../functions/core/verdict/cases.ts";
import { PAGE_FILE, renderPage } from "../../infra/catalogue.ts";
import schema from "../../infra/fleet.schema.json" with { type: "json" };
import { alertstatus } from "../cli/alertstatus.ts";

const FOLDER = join(import.meta.dirname, "../../infra/profiles");
const shipped = await shippedProfiles();
const isValid = new Ajv2020({ formats: { "date-time": true } }).compile(schema);

describe.each(shipped)("the profile $profile.name of the catalogue", ({ profile, entry }) => {
  const { name, condition, flows } = profile;
  const kubernetes = { kubeconfig: { file: "config" } };
  const alerts = { service: { namespace: "monitoring", name: "prometheus-operated", port: 9090 } };

  test("is valid in a fleet", () => {
    const fleet = { clusters: [{ name: "a", kubernetes, alerts, profiles: [name] }], profiles: { [name]: entry.profiles[name] } };
    expect(parseFleet(fleet)).toMatchObject({ clusters: [{ profiles: [{ name }] }], wrong: [], problems: [] });
    expect(isValid(fleet), JSON.stringify(isValid.errors)).toBe(true);
  });

  test("writes a condition with a prefix, which no operator owns", () => {
    expect(condition).toMatch(/^alertstatus\.io\/[A-Z][A-Za-z]+Healthy$/);
  });

  test("says in each of its cases what the case expects", () => {
    const { cases } = parseCases(parse(readFileSync(join(FOLDER, `${name}.test.yaml`), "utf8")));
    expect(cases.length).toBeGreaterThan(2);
    expect(cases.map((one) => tryCase(profile, one)).filter(({ differences }) => differences.length > 0)).toEqual([]);
  });

  test("says what each of its rules counts for", () => {
    const rows = flows.flatMap((flow) => ("rows" in flow ? flow.rows : []));
    const silent = rows.filter(({ expr, about }) => expr?.includes("absent(") === true && about !== "kind");
    expect(silent.map(({ alert }) => alert)).toEqual([]);
  });
});

test("the names of the catalogue's profiles are unique, and each file of cases is that of a profile", () => {
  const names = shipped.map(({ profile }) => profile.name);
  expect(new Set(names).size).toBe(names.length);
  const cases = readdirSync(FOLDER).filter((file) => file.endsWith(".test.yaml"));
  expect(cases.toSorted()).toEqual(names.map((name) => `${name}.test.yaml`).toSorted());
});

test("the page of the catalogue is the one that `npm run catalogue` generates", async () => {
  expect(readFileSync(PAGE_FILE, "utf8")).toBe(await renderPage());
});

test("every command on the page exists, with its options", async () => {
  const page = readFileSync(PAGE_FILE, "utf8");
  const typed = [...page.matchAll(/^(?:\$ )?alertstatus ([a-z]+(?: [a-z]+)?)((?: [^#>\n]+)?)/gm)];
  expect(typed.length).toBeGreaterThan(7);
  for (const [, words = "", rest = ""] of typed) {
    const { code, stdout } = await alertstatus([...words.split(" "), "--help"]);
    const options = rest.match(/--[a-z-]+/g) ?? [];
    expect({ words, code, unknown: options.filter((option) => !stdout.includes(option)) }).toEqual({ words, code: 0, unknown: [] });
  }
});
