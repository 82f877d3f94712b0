// Reads the catalogue, which stands beside the code as one file per operator.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type CatalogueEntry, parseCatalogueEntry } from "../core/profile/catalogue.ts";
import type { NamedProfile } from "../core/profile/profile.ts";
import { withPlaceInErrors } from "../io/fleet/source.ts";
import { parseText } from "../io/fleet/text.ts";

const FOLDER = join(import.meta.dirname, "../../infra/profiles");

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
