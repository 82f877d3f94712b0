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
  /** The parts of infra/page.yml; there is no function of the name `none`. */
  readonly page: { readonly function: "function" | "none"; readonly stack: "stack" | "nothing" };
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
  "page",
  "vpcSubnets",
  "vpcSecurityGroups",
  "httpsProxy",
] as const;
const WHOLE = {
  tickConcurrency: [2, 1_000],
  pushConcurrency: [2, 1_000],
  receiveConcurrency: [0, 1_000],
  tolerated: [0, 1_000_000],
  dispatchMemory: [128, 10_240],
  reconcileMemory: [128, 10_240],
  receiveMemory: [128, 10_240],
  publishMemory: [128, 10_240],
  logRetentionDays: [1, 3_653],
} as const;
type Whole = keyof typeof WHOLE;
const WHOLES = [
  "tickConcurrency",
  "pushConcurrency",
  "receiveConcurrency",
  "tolerated",
  "dispatchMemory",
  "reconcileMemory",
  "receiveMemory",
  "publishMemory",
  "logRetentionDays",
] as const satisfies readonly Whole[];
/** The values of the parameters, as texts. */
export type Parameters = Readonly<Record<(typeof TEXTS)[number] | Whole | "stage", string>>;

/** Called by osls while it packages the stack; an error names the wrong parameter and what is expected. */
export async function settings({ resolveVariable }: { resolveVariable: (name: string) => Promise<unknown> }): Promise<Settings> {
  const parameters = [...TEXTS, ...WHOLES].map(async (name) => [name, String(await resolveVariable(`param:${name}`))] as const);
  const stage = String(await resolveVariable("sls:stage"));
  return settingsOf({ ...(Object.fromEntries(await Promise.all(parameters)) as Omit<Parameters, "stage">), stage });
}

// The functions' own parsers run here, so that a value that fails at their cold start is never deployed.
const CHECKS: readonly ((parameters: Parameters) => unknown)[] = [
  ({ stage }) => checkStage(stage),
  ({ tick }) => readConfig({ TICK: tick }),
  ({ shardSize }) => readConfig({ SHARD_SIZE: shardSize }),
  ({ tick, shardSize }) => {
    const { tickMs, shardSize: size } = readConfig({ TICK: tick, SHARD_SIZE: shardSize });
    return timesOf(tickMs / 1_000, size);
  },
  ({ receiverSecret }) => secretAccess(readConfig({ RECEIVER_SECRET: receiverSecret }).receiverSecret),
  ({ audiences }) => readConfig({ AUDIENCES: audiences }),
  ({ coreKinds }) => readConfig({ CORE_KINDS: coreKinds }),
  ({ httpsProxy }) => readConfig({ HTTPS_PROXY: httpsProxy }),
  ({ fleet }) => fleetAccess(fleet),
  ({ topics }) => parseTopics(topics),
  ({ roleAccounts }) => roleBounds(roleAccounts),
  ({ page }) => pageParts(page),
  ({ vpcSubnets, vpcSecurityGroups }) => networkOf(vpcSubnets, vpcSecurityGroups),
  ...WHOLES.map((name) => (parameters: Parameters) => parseWhole(parameters, name)),
];

/** What is wrong with the parameters, a line each. */
export function parameterProblems(parameters: Parameters): readonly string[] {
  const problems = CHECKS.flatMap((check) => {
    try {
      check(parameters);
      return [];
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return [error.message];
    }
  });
  return [...new Set(problems)];
}

// It is part of the names of roles, which are no longer than 64 characters.
function checkStage(stage: string): void {
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(stage)) throw new Error("stage: lower-case letters, digits and dashes are expected, at most 31");
}

function settingsOf(parameters: Parameters): Settings {
  const problems = parameterProblems(parameters);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  const { tick, shardSize, fleet, receiverSecret, alarmEmail, vpcSubnets, vpcSecurityGroups } = parameters;
  const { audiences: AUDIENCES, coreKinds: CORE_KINDS, httpsProxy: HTTPS_PROXY } = parameters;
  const words = { TICK: tick, SHARD_SIZE: shardSize, RECEIVER_SECRET: receiverSecret };
  const config = readConfig({ ...words, AUDIENCES, CORE_KINDS, HTTPS_PROXY });
  const topics = [...parseTopics(parameters.topics).keys()];
  return {
    ...timesOf(config.tickMs / 1_000, config.shardSize),
    tickConcurrency: parseWhole(parameters, "tickConcurrency"),
    pushConcurrency: parseWhole(parameters, "pushConcurrency"),
    receiveConcurrency: parseWhole(parameters, "receiveConcurrency") || null,
    tolerated: parseWhole(parameters, "tolerated"),
    fleet: fleetAccess(fleet),
    receiverSecret: secretAccess(config.receiverSecret),
    roleBounds: roleBounds(parameters.roleAccounts),
    tokenAudiences: [`alertstatus:${parameters.stage}:https://*`, ...(config.audiences ?? [])],
    topics: topicResources(topics),
    deadLetterSources: [{ "Fn::GetAtt": ["TickRule", "Arn"] }, { "Fn::GetAtt": ["PushRule", "Arn"] }, ...topics],
    alarmSubscriptions: alarmEmail === "" ? [] : [{ Protocol: "email", Endpoint: alarmEmail }],
    network: networkOf(vpcSubnets, vpcSecurityGroups),
    page: pageParts(parameters.page),
  };
}

function pageParts(page: string): Settings["page"] {
  if (page === "true") return { function: "function", stack: "stack" };
  if (page === "false") return { function: "none", stack: "nothing" };
  throw new Error("page: true or false is expected");
}

function parseWhole(parameters: Parameters, name: Whole): number {
  const text = parameters[name];
  const [min, max] = WHOLE[name];
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
