// Builds all files of a release into .build/release: package, stack, bill of materials, manifest of krew, recipe of a container, checksums.

import { execFileSync } from "node:child_process";
import { hash } from "node:crypto";
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import manifest from "../../package.json" with { type: "json" };
import { buildPackage } from "./build.ts";
import { buildReleaseStack } from "./release-stack.ts";

const ROOT = join(import.meta.dirname, "../..");
// Where there is no repository yet, the manifest of krew says so by its address.
const REPOSITORY = process.env.GITHUB_REPOSITORY ?? "OWNER/alertstatus";

/** Builds the package into `built`, and the files of its release into `folder`. */
export async function buildRelease(built: string, folder: string): Promise<void> {
  const { version } = manifest;
  await buildPackage(built);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  execFileSync("npm", ["pack", built, "--pack-destination", folder, "--silent"], { stdio: ["ignore", "ignore", "inherit"] });
  const tarball = `alertstatus-${version}.tgz`;
  writeFileSync(join(folder, `alertstatus-stack-${version}.zip`), await buildReleaseStack(built));
  copyFileSync(join(built, "sbom.cdx.json"), join(folder, `alertstatus-${version}.cdx.json`));
  cpSync(join(import.meta.dirname, "Containerfile"), join(folder, "Containerfile"));
  writeFileSync(join(folder, "alertstatus.krew.yaml"), stringify(krewManifest(version, tarball, sha256(join(folder, tarball)))));
  const lines = readdirSync(folder).map((file) => `${sha256(join(folder, file))}  ${file}\n`);
  writeFileSync(join(folder, "SHA256SUMS"), lines.join(""));
}

function sha256(file: string): string {
  return hash("sha256", readFileSync(file));
}

// https://krew.sigs.k8s.io/docs/developer-guide/plugin-manifest/
function krewManifest(version: string, tarball: string, checksum: string): object {
  return {
    apiVersion: "krew.googlecontainertools.github.com/v1alpha2",
    kind: "Plugin",
    metadata: { name: "alertstatus" },
    spec: {
      version: `v${version}`,
      homepage: `https://github.com/${REPOSITORY}`,
      shortDescription: "Write what Prometheus alerts mean into conditions",
      description: manifest.description,
      caveats: "It runs on Node 24 or newer, which has to be on the PATH.\n",
      platforms: [
        {
          selector: { matchExpressions: [{ key: "os", operator: "In", values: ["linux", "darwin"] }] },
          uri: `https://github.com/${REPOSITORY}/releases/download/v${version}/${tarball}`,
          sha256: checksum,
          bin: "package/bin/kubectl-alertstatus.cjs",
        },
      ],
    },
  };
}

if (import.meta.main) await buildRelease(join(ROOT, "dist"), join(ROOT, ".build/release"));
