import { type Command, InvalidArgumentError, Option } from "commander";
import { stringify } from "yaml";
import { readConfig, requireReceiverSecret } from "../config.ts";
import { parseRef, type Ref } from "../core/access/ref.ts";
import { isClusterName } from "../core/names.ts";
import { alertmanagerConfig, prometheusConfig } from "../receive/sender-config.ts";
import { pushToken, readPushSecret } from "../receive/token.ts";

type Options = { cluster: string; secret?: Ref };
type ConfigOptions = Options & { format: Format; url: string; tokenFile?: string; inlineToken?: boolean };
type Format = keyof typeof FORMATS;

const FORMATS = {
  prometheus: { file: "/etc/prometheus/alertstatus.token", place: "prometheus.yml", render: prometheusConfig },
  alertmanager: { file: "/etc/alertmanager/alertstatus.token", place: "alertmanager.yml", render: alertmanagerConfig },
};

export function addReceiver(program: Command): void {
  const receiver = program.command("receiver").description("let a cluster push, so that a firing alert is seen at once");
  withToken(receiver.command("token").description("print the token that a cluster shows")).action(printToken);
  withToken(receiver.command("config").description("print what has a sender push; paste it into its configuration"))
    .addOption(new Option("--format <sender>", "who sends").choices(Object.keys(FORMATS)).makeOptionMandatory())
    .addOption(new Option("--url <url>", "the stack's output ReceiverUrl").env("RECEIVER_URL").makeOptionMandatory())
    .addOption(new Option("--token-file <path>", "where the sender finds the token").conflicts("inlineToken"))
    .option("--inline-token", "write the token itself instead of the place of its file")
    .action(printConfig);
}

function withToken(command: Command): Command {
  return command
    .requiredOption("-c, --cluster <name>", "whose token", parseCluster)
    .option(
      "--secret <ref>",
      "what tokens are derived from: ssm:/name, secret:name#key, env:NAME or file:path (default: RECEIVER_SECRET)",
      parseRef,
    );
}

async function printToken(options: Options): Promise<void> {
  console.log(await tokenOf(options));
}

async function printConfig({ format, url, tokenFile, inlineToken = false, ...options }: ConfigOptions): Promise<void> {
  const { file, place, render } = FORMATS[format];
  const held = inlineToken ? { token: await tokenOf(options) } : { file: tokenFile ?? file };
  const block = stringify(render({ cluster: options.cluster, url, token: held }), { lineWidth: 0 });
  console.log([`# ${place}: ${advice(options.cluster, held)}`, block].join("\n").trimEnd());
}

function advice(cluster: string, held: { token: string } | { file: string }): string {
  if ("token" in held) return "the token stands in it, so keep it as a secret.";
  return `the token's file is made by\n#   npm run -s cli -- receiver token --cluster ${cluster} > ${held.file}`;
}

async function tokenOf({ cluster, secret }: Options): Promise<string> {
  return pushToken(await readPushSecret(secret ?? requireReceiverSecret(readConfig().receiverSecret)), cluster);
}

function parseCluster(name: string): string {
  if (isClusterName(name)) return name;
  throw new InvalidArgumentError("the name of a cluster is expected, as it stands in the fleet");
}
