// The command `profile render` writes what a cluster needs for a profile, its permissions and its rules, as a base of kustomize.

import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Command, Option } from "commander";
import { ConfigError } from "../core/errors.ts";
import { rbacOf } from "../core/kubernetes/rbac.ts";
import { builtInProfiles } from "../core/profile/built-in.ts";
import type { Mode } from "../core/profile/mode.ts";
import { neededPermissions } from "../doctor/checks/permissions.ts";
import { renderRules } from "../rules/render.ts";
import { knownProfile, modeOf, shippedProfile } from "./catalogue.ts";
import { asYaml, MANIFESTS, type ManifestFormat } from "./rules-formats.ts";
import { printResult, type Terminal } from "./terminal.ts";

type Options = { into: string; format: ManifestFormat; mode?: Mode };

export function declareProfileRender(command: Command, terminal: Terminal): void {
  command
    .argument("<name>", "a built-in profile, or one of the catalogue")
    .requiredOption("--into <folder>", "the folder of the base, whose files are replaced")
    .addOption(
      new Option("--format <format>", "the object that carries the rules").choices(Object.keys(MANIFESTS)).default("prometheusrule"),
    )
    .addOption(
      new Option("--mode <mode>", "the mode of the clusters (default: own, or observe where the kind takes no condition)").choices([
        "own",
        "shadow",
        "observe",
      ]),
    )
    .action((name: string, options: Options) => render(terminal, name, options));
}

async function render(terminal: Terminal, name: string, { into, format, mode }: Options): Promise<void> {
  const profile = await knownProfile(name);
  const alerts = [profile.alerts ?? []].flat();
  const permissions = neededPermissions({ profiles: [{ ...profile, mode: mode ?? (await ownModeOf(name)) }], alerts, events: false });
  const files = {
    "kustomization.yaml": asYaml(kustomizationOf(name)),
    "rbac.yaml": rbacOf(permissions).map(asYaml).join("---\n"),
    "rules.yaml": asYaml(MANIFESTS[format](renderRules([profile]))),
  };
  const folder = resolve(into);
  await written(folder, async () => {
    await mkdir(folder, { recursive: true });
    for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
  });
  printResult(
    terminal,
    Object.keys(files)
      .map((file) => join(into, file))
      .join("\n"),
  );
}

async function ownModeOf(name: string): Promise<Mode> {
  return Object.hasOwn(builtInProfiles, name) ? "own" : modeOf(await shippedProfile(name));
}

// The suffix lets one overlay use the bases of several profiles.
function kustomizationOf(name: string): object {
  const head = { apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization" };
  return { ...head, nameSuffix: `-${name}`, resources: ["rbac.yaml", "rules.yaml"] };
}

async function written(folder: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw new ConfigError(`${folder} cannot be written: ${error.code}`);
  }
}
