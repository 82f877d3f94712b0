import { readConfig } from "../functions/config.ts";
import { parseTopics } from "../functions/receive/topics.ts";
import { type FleetAccess, fleetAccess, type SecretAccess, secretAccess } from "./access.ts";
import { type Times, timesOf } from "./times.ts";
import { topicResources } from "./topics.ts";

/** What serverless.yml derives from the stack's parameters. */
export type Settings = Times & {
  readonly tickConcurrency: number;
  readonly pushConcurrency: number;
  /** null: none is set aside, and there is no limit. */
  readonly receiveConcurrency: number | null;
  readonly tolerated: number;
  readonly fleet: FleetAccess;
  readonly receiverSecret: SecretAccess;
  /** The resources that bring in what SNS topics send. */
  readonly topics: object;
  /** Who may put into the dead-letter queue what he could not deliver. */
  readonly deadLetterSources: readonly (string | object)[];
  readonly alarmSubscriptions: readonly { readonly Protocol: "email"; readonly Endpoint: string }[];
  readonly network: "none" | "vpc";
};

const TEXTS = ["tick", "shardSize", "fleet", "receiverSecret", "topics", "alarmEmail", "vpcSubnets", "vpcSecurityGroups"] as const;
const NUMBERS = ["tickConcurrency", "pushConcurrency", "receiveConcurrency", "tolerated"] as const;
type Parameters = Readonly<Record<(typeof TEXTS)[number] | (typeof NUMBERS)[number], string>>;

/** Called by osls while it packages; an error names the parameter that does not fit, and what would. */
export async function settings({ resolveVariable }: { resolveVariable: (name: string) => Promise<unknown> }): Promise<Settings> {
  const parameters = [...TEXTS, ...NUMBERS].map(async (name) => [name, String(await resolveVariable(`param:${name}`))] as const);
  return settingsOf(Object.fromEntries(await Promise.all(parameters)) as Parameters);
}

function settingsOf(parameters: Parameters): Settings {
  const { tick, shardSize, fleet, receiverSecret, alarmEmail, vpcSubnets, vpcSecurityGroups } = parameters;
  // By the functions' own parser: what they would refuse at their cold start is not deployed.
  const config = readConfig({ TICK: tick, SHARD_SIZE: shardSize, RECEIVER_SECRET: receiverSecret });
  const topics = [...parseTopics(parameters.topics).keys()];
  return {
    ...timesOf(config.tickMs / 1_000, config.shardSize),
    tickConcurrency: whole(parameters, "tickConcurrency", 2, 1_000),
    pushConcurrency: whole(parameters, "pushConcurrency", 2, 1_000),
    receiveConcurrency: whole(parameters, "receiveConcurrency", 0, 1_000) || null,
    tolerated: whole(parameters, "tolerated", 0, 1_000_000),
    fleet: fleetAccess(fleet),
    receiverSecret: secretAccess(config.receiverSecret),
    topics: topicResources(topics),
    deadLetterSources: [{ "Fn::GetAtt": ["TickRule", "Arn"] }, { "Fn::GetAtt": ["PushRule", "Arn"] }, ...topics],
    alarmSubscriptions: alarmEmail === "" ? [] : [{ Protocol: "email", Endpoint: alarmEmail }],
    network: networkOf(vpcSubnets, vpcSecurityGroups),
  };
}

function whole(parameters: Parameters, name: (typeof NUMBERS)[number], least: number, most: number): number {
  const text = parameters[name];
  if (/^[0-9]+$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
  throw new Error(`${name}: a whole number from ${least} to ${most} is expected`);
}

function networkOf(subnets: string, securityGroups: string): Settings["network"] {
  if ((subnets === "") === (securityGroups === "")) return subnets === "" ? "none" : "vpc";
  throw new Error("vpcSubnets and vpcSecurityGroups go together: give both or neither");
}
