// The commands `receiver token` and `receiver config` print what a cluster needs to push.

import { type Command, InvalidArgumentError, Option } from "commander";
import { stringify } from "yaml";
import { readConfig, requireReceiverSecret, requireReceiverUrl, requireStage } from "../config.ts";
import { parseRef, type Ref } from "../core/access/ref.ts";
import { isClusterName } from "../core/names.ts";
import { type SenderToken, senderKinds } from "../receive/sender-config.ts";
import { pushToken, readPushSecret } from "../receive/token.ts";
import { printResult, type Terminal } from "./terminal.ts";

type Options = { cluster: string; stage?: string; secret?: Ref };
type ConfigOptions = Options & { format: Format; url?: string; tokenFile?: string; inlineToken?: boolean };
type Format = keyof typeof senderKinds;

export function declareToken(command: Command, terminal: Terminal): void {
  withToken(command).action((options: Options) => printToken(terminal, options));
}

export function declareConfig(command: Command, terminal: Terminal): void {
  withToken(command)
    .addOption(new Option("--format <sender>", "the sender").choices(Object.keys(senderKinds)).makeOptionMandatory())
    .option("--url <url>", "the stack's output ReceiverUrl (default: RECEIVER_URL)")
    .addOption(new Option("--token-file <path>", "the path of the token on the sender's machine").conflicts("inlineToken"))
    .option("--inline-token", "print the token itself instead of the path of its file")
    .action((options: ConfigOptions) => printConfig(terminal, options));
}

function withToken(command: Command): Command {
  return command
    .requiredOption("-c, --cluster <name>", "the cluster that pushes", parseCluster)
    .option("--stage <name>", "the stage of the receiver (default: STAGE)")
    .option(
      "--secret <ref>",
      "what tokens are derived from: ssm:/name, secret:name#key, env:NAME or file:path (default: RECEIVER_SECRET)",
      parseRef,
    );
}

async function printToken(terminal: Terminal, options: Options): Promise<void> {
  printResult(terminal, await tokenOf(terminal, options));
}

async function printConfig(terminal: Terminal, options: ConfigOptions): Promise<void> {
  const { format, url, tokenFile, inlineToken = false, cluster } = options;
  const { place, token, render } = senderKinds[format];
  const senderToken = inlineToken ? { token: await tokenOf(terminal, options) } : tokenFile === undefined ? token : { file: tokenFile };
  const receiver = requireReceiverUrl(url ?? readConfig(terminal.env).receiverUrl);
  const block = stringify(render({ cluster, url: receiver, token: senderToken }), { lineWidth: 0 });
  printResult(terminal, [`# ${place}: ${advice(terminal, options, senderToken)}`, block].join("\n").trimEnd());
}

function advice({ program }: Terminal, { stage, cluster }: Options, token: SenderToken): string {
  const command = `${program} receiver token ${stage === undefined ? "" : `--stage ${stage} `}--cluster ${cluster}`;
  if ("token" in token) return "it contains the token, so keep it as a secret.";
  if ("file" in token) return `create the file of the token by\n#   ${command} > ${token.file}`;
  return `start it with -config.expand-env=true, and in its environment with\n#   ${token.variable}=$(${command})`;
}

async function tokenOf({ env }: Terminal, { cluster, stage, secret }: Options): Promise<string> {
  const config = readConfig(env);
  const holder = { stage: requireStage(stage ?? config.stage), cluster };
  return pushToken(await readPushSecret(secret ?? requireReceiverSecret(config.receiverSecret)), holder);
}

function parseCluster(name: string): string {
  if (isClusterName(name)) return name;
  throw new InvalidArgumentError("write the name of a cluster as the fleet has it");
}
