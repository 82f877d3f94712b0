// Holds the commands that deploy what tells people to the templates that they name; test/system/notify.test.ts deploys by them.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { notifyCommands } from "../support/notify-commands.ts";

const ROOT = join(import.meta.dirname, "../..");
const commands = notifyCommands();

test("there is one command for each template", () => {
  const templates = readdirSync(join(ROOT, "infra/notify")).filter((name) => name.endsWith(".yml"));
  expect([...commands.values()].map(({ file }) => file).toSorted()).toEqual(templates.map((name) => `infra/notify/${name}`).toSorted());
});

type Parameter = { readonly Default?: unknown; readonly AllowedPattern?: string; readonly AllowedValues?: readonly string[] };

test.each([...commands])("the command for %s gives each parameter that its template needs, and no other", (name, command) => {
  const { file, stack, capabilities, parameters, words } = command;
  const { Parameters, Resources } = parse(readFileSync(join(ROOT, file), "utf8"), { logLevel: "silent" });
  const known: Readonly<Record<string, Parameter>> = Parameters;
  const needed = Object.entries(known).flatMap(([parameter, { Default }]) => (Default === undefined ? [parameter] : []));
  expect(Object.keys(parameters)).toEqual(expect.arrayContaining(needed));
  for (const [parameter, value] of Object.entries(parameters)) {
    expect(Object.keys(known)).toContain(parameter);
    expect(value).toMatch(new RegExp(`^(?:${known[parameter]?.AllowedPattern ?? ".*"})$`));
  }
  const hasRole = JSON.stringify(Resources).includes('"AWS::IAM::Role"');
  expect(capabilities).toEqual(hasRole ? ["CAPABILITY_IAM"] : []);
  expect([stack, words.slice(0, 2)]).toEqual([`alertstatus-prod-${name}`, ["cloudformation", "deploy"]]);
});
