// Validates the stack's parameters while it is packaged, and derives the values of serverless.yml from them.

import { readConfig } from "../functions/config.ts";
import { parseTopics } from "../functions/receive/topics.ts";
import { type FleetAccess, fleetAccess, type SecretAccess, secretAccess } from "./access.ts";
import { type Times, timesOf } from "./times.ts";
import { topicResources } from "./topics.ts";

/** The derived values, by the names under which serverless.yml reads them. */
export type Settings = Times & {
  readonly tickConcurrency: number;
  readonly pushConcurrency: number;
  /** null: no concurrency is reserved, and none limits it. */
  readonly receiveConcurrency: number | null;
  readonly tolerated: number;
  readonly fleet: FleetAccess;
  readonly receiverSecret: SecretAccess;
  /** What limits the accounts whose roles are assumed: a list of them, or the stack's own organization. */
  readonly roleBounds: object;
  /** The audiences of web identity tokens, as patterns of IAM. */
  readonly tokenAudiences: readonly (string | object)[];
  /** The resources that let SNS topics invoke `receive`. */
  readonly topics: object;
  /** The ARNs of the rules and topics that may send undeliverable messages to the dead-letter queue. */
  readonly deadLetterSources: readonly (string | object)[];
  readonly alarmSubscriptions: readonly { readonly Protocol: "email"; readonly Endpoint: string }[];
  readonly network: "none" | "vpc";
};

const TEXTS = [
  "tick",
  "shardSize",
  "fleet",
  "receiverSecret",
  "topics",
  "roleAccounts",
  "audiences",
  "coreKinds",
  "alarmEmail",
  "vpcSubnets",
  "vpcSecurityGroups",
  "httpsProxy",
] as const;
const NUMBERS = ["tickConcurrency", "pushConcurrency", "receiveConcurrency", "tolerated"] as const;
type Parameters = Readonly<Record<(typeof TEXTS)[number] | (typeof NUMBERS)[number] | "stage", string>>;

/** Called by osls while it packages the stack; an error names the wrong parameter and what is expected. */
export async function settings({ resolveVariable }: { resolveVariable: (name: string) => Promise<unknown> }): Promise<Settings> {
  const parameters = [...TEXTS, ...NUMBERS].map(async (name) => [name, String(await resolveVariable(`param:${name}`))] as const);
  const stage = String(await resolveVariable("sls:stage"));
  return settingsOf({ ...(Object.fromEntries(await Promise.all(parameters)) as Omit<Parameters, "stage">), stage });
}

function settingsOf(parameters: Parameters): Settings {
  const { tick, shardSize, fleet, receiverSecret, alarmEmail, vpcSubnets, vpcSecurityGroups } = parameters;
  // The functions' own parser runs here, so that a value that fails at their cold start is never deployed.
  const { audiences: AUDIENCES, coreKinds: CORE_KINDS, httpsProxy: HTTPS_PROXY } = parameters;
  const words = { TICK: tick, SHARD_SIZE: shardSize, RECEIVER_SECRET: receiverSecret };
  const config = readConfig({ ...words, AUDIENCES, CORE_KINDS, HTTPS_PROXY });
  const topics = [...parseTopics(parameters.topics).keys()];
  return {
    ...timesOf(config.tickMs / 1_000, config.shardSize),
    tickConcurrency: parseWhole(parameters, "tickConcurrency", 2, 1_000),
    pushConcurrency: parseWhole(parameters, "pushConcurrency", 2, 1_000),
    receiveConcurrency: parseWhole(parameters, "receiveConcurrency", 0, 1_000) || null,
    tolerated: parseWhole(parameters, "tolerated", 0, 1_000_000),
    fleet: fleetAccess(fleet),
    receiverSecret: secretAccess(config.receiverSecret),
    roleBounds: roleBounds(parameters.roleAccounts),
    tokenAudiences: [`alertstatus:${parameters.stage}:https://*`, ...(config.audiences ?? [])],
    topics: topicResources(topics),
    deadLetterSources: [{ "Fn::GetAtt": ["TickRule", "Arn"] }, { "Fn::GetAtt": ["PushRule", "Arn"] }, ...topics],
    alarmSubscriptions: alarmEmail === "" ? [] : [{ Protocol: "email", Endpoint: alarmEmail }],
    network: networkOf(vpcSubnets, vpcSecurityGroups),
  };
}

function parseWhole(parameters: Parameters, name: (typeof NUMBERS)[number], min: number, max: number): number {
  const text = parameters[name];
  if (/^[0-9]+$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text);
  throw new Error(`${name}: a whole number from ${min} to ${max} is expected`);
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceorgid
function roleBounds(accounts: string): object {
  // In two pieces, so that neither osls nor CloudFormation takes the variable of IAM for one of its own.
  if (accounts === "") return { "aws:ResourceOrgID": { "Fn::Join": ["", ["$", "{aws:PrincipalOrgID}"]] } };
  const list = accounts.split(/[\s,]+/).filter((account) => account !== "");
  if (list.every((account) => /^[0-9]{12}$/.test(account))) return { "aws:ResourceAccount": list };
  throw new Error("roleAccounts: account ids of twelve digits are expected, with commas between them");
}

function networkOf(subnets: string, securityGroups: string): Settings["network"] {
  if ((subnets === "") === (securityGroups === "")) return subnets === "" ? "none" : "vpc";
  throw new Error("vpcSubnets and vpcSecurityGroups go together: give both or neither");
}
