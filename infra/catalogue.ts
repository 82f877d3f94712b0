// Generates the catalogue's page, infra/examples/README.md, from the files in infra/profiles.

// Switches on what the patterns of profiles are checked with.
import "../functions/config.ts";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readCatalogue } from "../functions/cli/catalogue.ts";
import type { CatalogueEntry } from "../functions/core/profile/catalogue.ts";
import { alertNames, kindsOf, type Profile } from "../functions/core/profile/profile.ts";

export const PAGE_FILE = join(import.meta.dirname, "examples/README.md");

const HEAD = `# Profiles for public operators

One line of a profile is an alert that people have, and what it means for a resource. Names and labels are those of the operators' public alerts and metrics; where none are public, or a public one
misleads, the profile brings the rule. Each profile is tried on a real API server with a CRD of the operator's shape, and its rules on promtool. The operators themselves were not run.

\`\`\`sh
npm run -s cli -- profile show cloudnative-pg-cluster                                              # what it says
npm run -s cli -- profile add cloudnative-pg-cluster --fleet fleet.yml --cluster prod > new.yml    # the fleet file with it
npm run -s cli -- rules sync --fleet new.yml --cluster prod                                        # its rules, under your own kubeconfig
npm run -s cli -- explain --fleet new.yml --cluster prod                                           # what would be written, and why
npm run -s cli -- reconcile --fleet new.yml --cluster prod
kubectl wait clusters.postgresql.cnpg.io/db --for=condition=alertstatus.io/ServiceHealthy
\`\`\`

A condition carries the prefix \`alertstatus.io/\`, so that it never meets one of the operator. [acting/](acting) shows what can act on it. Two whole fleet files with their permissions, as a start for
your own: [cert-manager](cert-manager/fleet.yml) (namespaced) and [Karpenter](karpenter/fleet.yml) (cluster-scoped, with a gate).

This page is generated from [../profiles](../profiles) by \`npm run catalogue\`.
`;

const OBSERVED = `
## Observed only

These kinds cannot carry a condition of others, or lose it to their operator. In the mode \`observe\` nothing is written into the cluster; \`explain\` and \`reconcile\` tell the verdicts.
`;

/** The page, in the order of the files; kinds that are observed only stand at its end. */
export async function renderPage(): Promise<string> {
  const entries = await readCatalogue();
  const written = entries.filter(({ observe }) => observe === undefined);
  const observed = entries.filter(({ observe }) => observe !== undefined);
  return [HEAD, ...written.map((entry) => sectionOf(entry, "##")), OBSERVED, ...observed.map((entry) => sectionOf(entry, "###"))].join("");
}

function sectionOf({ operator, needs, observe, traps, sources, profiles }: CatalogueEntry, level: string): string {
  const rows = Object.entries(profiles).map(
    ([name, profile]) => `| \`${name}\` | ${kindsText(profile)} | \`${profile.condition}\` | ${alertsText(profile)} |`,
  );
  return `
${level} ${operator.replace(", observed", "")}

${observe === undefined ? "" : `${observe} `}Needs ${needs}.

| profile | kind | condition | alerts, worst first |
|---|---|---|---|
${rows.join("\n")}

${[...traps, `Sources: ${sources.map((source, index) => `[${index + 1}](${source})`).join(", ")}`].map((line) => `- ${line}`).join("\n")}
`;
}

function kindsText(profile: Profile): string {
  return kindsOf([profile])
    .map(({ kind, group, version }) => `\`${kind}\` of \`${group}/${version}\``)
    .join(", ");
}

function alertsText(profile: Profile): string {
  return alertNames([profile])
    .map((alert) => `\`${alert}\``)
    .join(", ");
}

if (import.meta.main) writeFileSync(PAGE_FILE, await renderPage());
