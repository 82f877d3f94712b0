// The command `rbac render` prints the roles that passes over a cluster need, and no more.

import type { Command } from "commander";
import { stringify } from "yaml";
import { ConfigError } from "../core/errors.ts";
import type { ClusterEntry } from "../core/fleet/fleet.ts";
import { selectClusters } from "../core/fleet/selection.ts";
import { rbacOf } from "../core/kubernetes/rbac.ts";
import { neededPermissions } from "../doctor/checks/permissions.ts";
import { loadValidFleet } from "./fleet-source.ts";
import { type SelectionOptions, withFleet, withSelection } from "./options.ts";
import { printResult, type Terminal } from "./terminal.ts";

type Options = SelectionOptions & { fleet?: string };

export function declareRbacRender(command: Command, terminal: Terminal): void {
  withSelection(withFleet(command)).action((options: Options) => render(terminal, options));
}

async function render(terminal: Terminal, { fleet: option, cluster, selector }: Options): Promise<void> {
  const { fleet } = await loadValidFleet(terminal, option);
  const { clusters } = selectClusters(fleet, { clusters: cluster, selector });
  const groups = [...Map.groupBy(clusters, (entry) => yamlOf(entry))];
  const [[text, entries] = ["", []], ...others] = groups;
  if (others.length > 0) throw new ConfigError(differText(groups.map(([, alike]) => alike)));
  if (entries.length > 0) printResult(terminal, `${headOf(entries)}\n${text.trimEnd()}`);
}

function yamlOf(entry: ClusterEntry): string {
  return rbacOf(neededPermissions(entry))
    .map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }))
    .join("---\n");
}

function headOf(entries: readonly ClusterEntry[]): string {
  const [entry] = entries;
  const namespaces = entry === undefined ? [] : neededPermissions(entry).flatMap(({ namespace }) => namespace ?? []);
  const needed = namespaces.length === 0 ? [] : [`# Has to exist before: the namespace ${[...new Set(namespaces)].join(", ")}.`];
  return [`# All that alertstatus needs in ${namesOf(entries)}, for the group alertstatus: kubectl apply -f -`, ...needed].join("\n");
}

// Applied to one cluster, the roles of the second kind would replace those of the first.
function differText(kinds: readonly (readonly ClusterEntry[])[]): string {
  const lines = kinds.map((entries) => `  --cluster ${namesOf(entries)}`);
  return `these clusters need different permissions, so render one kind at a time:\n${lines.join("\n")}`;
}

function namesOf(entries: readonly ClusterEntry[]): string {
  return entries.map(({ name }) => name).join(",");
}
