// Generates the catalogue's page, infra/examples/README.md, from the files in infra/profiles.

// Switches on what the patterns of profiles are checked with.
import "../functions/config.ts";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readCatalogue } from "../functions/cli/catalogue.ts";
import type { CatalogueEntry } from "../functions/core/profile/catalogue.ts";
import { alertNames, kindsOf, type Profile } from "../functions/core/profile/profile.ts";
import { readTranscript, type Step, type Transcript } from "./transcript.ts";

export const PAGE_FILE = join(import.meta.dirname, "examples/README.md");

const HEAD = `# Profiles for public operators

One line of a profile is an alert that people have, and what it means for a resource. Names and labels are those of the operators' public alerts and metrics; where none are public, or a public one
misleads, the profile brings the rule. Each profile is tried on a real API server with a CRD of the operator's shape, and its rules on promtool. The operators themselves were not run.

\`\`\`sh
alertstatus profile list
alertstatus profile show cloudnative-pg-cluster                                              # what it says
alertstatus profile add cloudnative-pg-cluster --fleet fleet.yml --cluster prod > new.yml    # the fleet file with it
alertstatus explain --fleet new.yml --cluster prod                                           # what would be written, and why
alertstatus profile render cloudnative-pg-cluster --into deploy/cloudnative-pg               # permissions and rules as a base of kustomize, for GitOps
\`\`\`

\`rules sync\` brings the rules under your own kubeconfig; \`rules render --format prometheusrule|configmap|rules|vmrule|gmp\` prints them for prometheus-operator, a mounted file, any evaluator, the
VictoriaMetrics operator, and Google's managed Prometheus.

A condition carries the prefix \`alertstatus.io/\`, so that it never meets one of the operator. [acting/](acting) shows what can act on it. Two whole fleet files with their permissions, as a start for
your own: [cert-manager](cert-manager/fleet.yml) (namespaced) and [Karpenter](karpenter/fleet.yml) (cluster-scoped, with a gate).

This page is generated from [../profiles](../profiles) by \`npm run catalogue\`.
`;

/** The walk of a newcomer, as it was seen. */
function walkSection({ at, steps, warmUpMinutes, afterwards }: Transcript): string {
  const seconds = Math.ceil(steps.reduce((sum, step) => sum + step.seconds, 0));
  return `
## The first condition

As it was seen on ${at}, with a real API server and a real Prometheus that scrapes and evaluates every 15 seconds; of CloudNativePG there were the CRD's shape and the metrics, and the
ConfigMap was mounted as a kubelet does it. Up to the first condition, the commands took ${seconds} seconds beside the typing.

\`\`\`console
${steps.map(stepText).join("\n")}
\`\`\`

The condition is there, and says what is so: rules that are new prove nothing yet. ${warmUpMinutes} minutes later, as announced, they do; a tick of the stack, or \`reconcile --watch 30s\`, sees it by itself:

\`\`\`console
${afterwards.map(stepText).join("\n")}
\`\`\`
`;
}

const MAX_LINES = 6;

function stepText({ typed, printed }: Step): string {
  const lines = printed === "" ? [] : printed.split("\n");
  const more = lines.length - MAX_LINES;
  return [`$ ${typed}`, ...lines.slice(0, MAX_LINES), ...(more > 0 ? [`… and ${more} more lines`] : [])].join("\n");
}

const OBSERVED = `
## Observed only

These kinds cannot carry a condition of others, or lose it to their operator. In the mode \`observe\` no condition is written: status, history, page and bus tell the verdicts, once per change, and so do Events
where the cluster says \`events: true\`. \`profile add\` chooses that mode for them.
`;

/** The page, in the order of the files; kinds that are observed only stand at its end. */
export async function renderPage(): Promise<string> {
  const entries = await readCatalogue();
  const written = entries.filter(({ observe }) => observe === undefined);
  const observed = entries.filter(({ observe }) => observe !== undefined);
  return [
    HEAD,
    walkSection(readTranscript()),
    ...written.map((entry) => sectionOf(entry, "##")),
    OBSERVED,
    ...observed.map((entry) => sectionOf(entry, "###")),
  ].join("");
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
