import type { Command } from "commander";
import { clock } from "../clock.ts";
import { type ClusterExplanation, explainCluster } from "../cluster/explain.ts";
import { ConfigError } from "../core/errors.ts";
import { timeText } from "../core/time.ts";
import type { Explanation } from "../core/verdict/explain.ts";
import { explanationText } from "./explanation-output.ts";
import { withCluster } from "./one-cluster.ts";
import { type OutputFormat, withFleet, withOutput } from "./options.ts";
import { attentionLines } from "./outcome-output.ts";

type Options = { fleet?: string; cluster: string; output: OutputFormat };

export function addExplain(program: Command): void {
  const command = program
    .command("explain [resource]")
    .description("tell why the resources of a cluster get their verdicts: alert, row, reason, patch; writes nothing");
  withOutput(withFleet(command))
    .requiredOption("-c, --cluster <name>", "the cluster to look at")
    .addHelpText(
      "after",
      "\nThe resource is written KIND/NAME or KIND/NAMESPACE/NAME, such as tracepipeline/backend; without it, all are explained.",
    )
    .action(explain);
}

async function explain(resource: string | undefined, options: Options): Promise<void> {
  const isAskedFor = parseResourceName(resource);
  const explanation = await withCluster(options, (entry, cluster) => explainCluster(entry, cluster, timeText(clock.nowMs())));
  const resources = explanation.resources.filter(isAskedFor);
  print({ ...explanation, resources }, options.output);
  if (resource !== undefined && resources.length === 0) console.error(`error: ${options.cluster} has no ${resource}`);
  const isWell = explanation.was === "reconciled" && explanation.alerts.was === "read" && explanation.unlisted.length === 0;
  process.exitCode = isWell && (resource === undefined || resources.length > 0) ? 0 : 1;
}

function parseResourceName(text: string | undefined): (explanation: Explanation) => boolean {
  if (text === undefined) return () => true;
  const [, kind = "", namespace, name] = /^([A-Za-z]+)\/(?:([^/]+)\/)?([^/]+)$/.exec(text) ?? [];
  if (name === undefined)
    throw new ConfigError(`${text} is no resource: write KIND/NAME or KIND/NAMESPACE/NAME, such as tracepipeline/backend`);
  const wanted = kind.toLowerCase();
  return (explanation) =>
    explanation.name === name &&
    (namespace === undefined || explanation.namespace === namespace) &&
    [explanation.kind.toLowerCase(), `${explanation.kind.toLowerCase()}s`].includes(wanted);
}

function print(explanation: ClusterExplanation, output: OutputFormat): void {
  if (output === "json") {
    console.log(JSON.stringify(explanation, undefined, 2));
    return;
  }
  console.log(explanation.resources.map((resource) => explanationText(explanation.cluster, resource)).join("\n\n"));
  for (const line of attentionLines([{ ...explanation, resources: [], ms: 0 }])) console.error(line);
}
