// Gives the tests of `fleet discover` an EKS API of their own and a folder for files.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach } from "vitest";
import { parse } from "yaml";
import { startEksApi } from "../support/eks-api.ts";
import { alertstatus } from "./alertstatus.ts";

/** The EKS API that the command line calls, empty before each test, and a folder for fleet files. */
export async function openDiscoveryDesk() {
  const eks = await startEksApi();
  const folder = await mkdtemp(join(tmpdir(), "alertstatus-discover-"));
  afterEach(() => {
    eks.regions.clear();
    eks.refusals.clear();
  });
  afterAll(async () => {
    await eks.close();
    await rm(folder, { recursive: true });
  });
  return {
    eks,
    folder,
    discover: (...words: readonly string[]) => alertstatus(["fleet", "discover", ...words], eks.env),
    async written(text: string): Promise<string> {
      const file = join(folder, "fleet.yml");
      await writeFile(file, text);
      return file;
    },
  };
}

export const namesIn = (stdout: string) => parse(stdout).clusters.map(({ name }: { name: string }) => name);
