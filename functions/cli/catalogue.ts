// Reads the catalogue, which stands beside the code as one file per operator.

import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError } from "../core/errors.ts";
import { builtInProfiles } from "../core/profile/built-in.ts";
import { type CatalogueEntry, parseCatalogueEntry } from "../core/profile/catalogue.ts";
import type { Mode } from "../core/profile/mode.ts";
import type { NamedProfile } from "../core/profile/profile.ts";
import { withPlaceInErrors } from "../io/fleet/source.ts";
import { parseText } from "../io/fleet/text.ts";

// In the package all files lie beside one another.
const IN_PACKAGE = join(import.meta.dirname, "profiles");
const FOLDER = existsSync(IN_PACKAGE) ? IN_PACKAGE : join(import.meta.dirname, "../../infra/profiles");

export type ShippedProfile = { readonly profile: NamedProfile; readonly entry: CatalogueEntry };

/** Every entry of the catalogue, in the order of its file names. */
export async function readCatalogue(): Promise<readonly CatalogueEntry[]> {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith(".yaml") && !file.endsWith(".test.yaml")).toSorted();
  return Promise.all(
    files.map((file) =>
      withPlaceInErrors(file, async () => parseCatalogueEntry(await parseText(await readFile(join(FOLDER, file), "utf8")))),
    ),
  );
}

/** Every profile of the catalogue, each with its entry. */
export async function shippedProfiles(): Promise<readonly ShippedProfile[]> {
  const entries = await readCatalogue();
  return entries.flatMap((entry) => Object.entries(entry.profiles).map(([name, profile]) => ({ profile: { ...profile, name }, entry })));
}

/** The profile with a name, built in or of the catalogue; a {@link ConfigError} lists those that exist. */
export async function knownProfile(name: string): Promise<NamedProfile> {
  const builtIn = Object.hasOwn(builtInProfiles, name) ? builtInProfiles[name] : undefined;
  if (builtIn !== undefined) return { ...builtIn, name };
  return (await shippedProfile(name)).profile;
}

/** The mode that a profile is made for: `observe` where its kinds take no condition of others, or lose it. */
export function modeOf({ entry }: Pick<ShippedProfile, "entry">): Mode {
  return entry.observe === undefined ? "own" : "observe";
}

/** The profile of the catalogue with a name. */
export async function shippedProfile(name: string): Promise<ShippedProfile> {
  const shipped = await shippedProfiles();
  const found = shipped.find(({ profile }) => profile.name === name);
  if (found !== undefined) return found;
  const known = [...Object.keys(builtInProfiles), ...shipped.map(({ profile }) => profile.name)];
  throw new ConfigError(`there is no profile ${name}; known are ${known.join(", ")}`);
}
