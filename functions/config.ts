// The environment, read in one place and checked; and what holds for the whole of every process, for each of them begins with this file.
import { setFlagsFromString } from "node:v8";
import type { FleetRules } from "./core/access/fleet-rules.ts";
import type { Proxies } from "./core/access/proxy.ts";
import { parseRef, type Ref } from "./core/access/ref.ts";
import { ConfigError } from "./core/errors.ts";
import { MAX_SHARD_SIZE } from "./core/fleet/shards.ts";
import { PUSH_PATIENCE_MS } from "./core/limits.ts";
import { proxyProblem } from "./core/names.ts";

// A pattern of a fleet's author runs in linear time: after so many steps back V8 changes to an engine that takes none. The second flag
// lets a profile be refused whose pattern that engine does not know.
setFlagsFromString("--enable-experimental-regexp-engine-on-excessive-backtracks");
setFlagsFromString("--enable-experimental-regexp-engine");

// Certificates are verified on every connection, those of the AWS SDK and of its credential providers among them.
delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;

/** What the environment decides, read once per cold start. */
export type Config = {
  /** Where the fleet is: a path, `file:PATH`, `s3://bucket/key` or `ssm:/name`. */
  readonly fleet?: string;
  /** The name of the event bus. */
  readonly bus?: string;
  /** What the tokens of pushes are derived from. */
  readonly receiverSecret?: Ref;
  /** Where senders push to. */
  readonly receiverUrl?: string;
  /** How often the scheduler asks for the whole fleet. */
  readonly tickMs: number;
  /** How long a push waits for the reading of a cluster; a machine that is busy with tests needs more than a function does. */
  readonly pushPatienceMs: number;
  /** Clusters in one message of a tick. */
  readonly shardSize: number;
  /** Which SNS topics may name which clusters. */
  readonly topics?: string;
  readonly stage?: string;
  /** Audiences of web identity tokens beside those that name stage and server; undefined where the deployment is not known. */
  readonly audiences?: readonly string[];
  /** Kinds of Kubernetes itself that profiles may name, such as `deployments.apps`. */
  readonly coreKinds?: readonly string[];
  /** The name of the table of the state. */
  readonly stateTable?: string;
  /** Where the page of the status is kept, `s3://bucket/key`. */
  readonly page?: string;
  /** `host:port` of the runtime that runs this function: no cluster may lead there. */
  readonly runtimeApi?: string;
  /** Through what servers are reached: HTTPS_PROXY, and NO_PROXY for those that are not. */
  readonly proxies?: Proxies;
};

/** A {@link ConfigError} names the variable that is wrong, and what to write. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const { FLEET, BUS, RECEIVER_SECRET, RECEIVER_URL, TICK, PUSH_PATIENCE, SHARD_SIZE, TOPICS, STAGE } = withoutPrefix(environment);
  const { AUDIENCES, CORE_KINDS, STATE_TABLE, PAGE, AWS_LAMBDA_RUNTIME_API } = withoutPrefix(environment);
  return {
    fleet: FLEET || undefined,
    bus: BUS || undefined,
    receiverSecret: RECEIVER_SECRET ? named("RECEIVER_SECRET", () => parseRef(RECEIVER_SECRET)) : undefined,
    receiverUrl: RECEIVER_URL || undefined,
    tickMs: rateMs(TICK || "rate(1 minute)"),
    pushPatienceMs: patienceMs(PUSH_PATIENCE || String(PUSH_PATIENCE_MS)),
    shardSize: shardSize(SHARD_SIZE || "200"),
    coreKinds: CORE_KINDS
      ? named("CORE_KINDS", () => parseWords(CORE_KINDS, /^[a-z0-9.-]{1,300}$/, "kinds such as deployments.apps"))
      : undefined,
    topics: TOPICS || undefined,
    stage: STAGE || undefined,
    audiences:
      AUDIENCES === undefined
        ? undefined
        : named("AUDIENCES", () => parseWords(AUDIENCES, AUDIENCE, "audiences that do not begin with alertstatus:")),
    stateTable: STATE_TABLE || undefined,
    page: PAGE,
    runtimeApi: AWS_LAMBDA_RUNTIME_API,
    proxies: proxiesIn(environment),
  };
}

const PREFIX = "ALERTSTATUS_";

// In a terminal the prefix keeps a variable apart from those of other programs, and wins over its name alone.
function withoutPrefix(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const prefixed = Object.entries(environment).filter(([name, value]) => name.startsWith(PREFIX) && value);
  return { ...environment, ...Object.fromEntries(prefixed.map(([name, value]) => [name.slice(PREFIX.length), value])) };
}

/** What limits a fleet in this deployment. */
export function fleetRules({ receiverSecret, stage, audiences, coreKinds }: Config): Omit<FleetRules, "isRemote"> {
  return { receiverSecret, stage, audiences, coreKinds };
}

/** Where the user stands: npm runs a script in the package's folder, and names the user's own; undefined where npm does not run it. */
export function userFolder(environment: NodeJS.ProcessEnv): string | undefined {
  return environment.npm_lifecycle_event === "cli" ? environment.INIT_CWD : undefined;
}

/** The fleet's place; a {@link ConfigError} where none is named. */
export function requireFleet(fleet: string | undefined): string {
  if (fleet !== undefined) return fleet;
  throw new ConfigError("no fleet is named: set FLEET, or in the terminal ALERTSTATUS_FLEET or --fleet");
}

/** The bus's name; a {@link ConfigError} where none is named. */
export function requireBus(bus: string | undefined): string {
  if (bus !== undefined) return bus;
  throw new ConfigError("no event bus is named: set BUS");
}

/** The deployment's stage; a {@link ConfigError} where nothing says so. */
export function requireStage(stage: string | undefined): string {
  if (stage !== undefined) return stage;
  throw new ConfigError("nothing says which stage is meant: set STAGE, or in the terminal give --stage");
}

/** The table of the state and the place of the page; a {@link ConfigError} where one of them is not named. */
export function requirePage({ stateTable, page }: Config): { readonly table: string; readonly page: string } {
  if (stateTable && page) return { table: stateTable, page };
  throw new ConfigError("nothing says what the page is made of, or where it is: set STATE_TABLE and PAGE");
}

/** Where the receiver's secret is; a {@link ConfigError} where nothing says so. */
export function requireReceiverSecret(ref: Ref | undefined): Ref {
  if (ref !== undefined) return ref;
  throw new ConfigError("nothing says where the receiver's secret is: set RECEIVER_SECRET, or give --secret");
}

/** Where senders push to; a {@link ConfigError} where nothing says so. */
export function requireReceiverUrl(url: string | undefined): string {
  if (url !== undefined) return url;
  throw new ConfigError("nothing says where the receiver is: set RECEIVER_URL, or give --url, the stack's output ReceiverUrl");
}

// Both spellings are in use, and a proxy without a scheme speaks HTTP: https://pkg.go.dev/golang.org/x/net/http/httpproxy#FromEnvironment
function proxiesIn(environment: NodeJS.ProcessEnv): Proxies | undefined {
  const named = environment.HTTPS_PROXY || environment.https_proxy;
  if (!named) return undefined;
  const https = named.includes("://") ? named : `http://${named}`;
  const problem = proxyProblem(https);
  if (problem !== undefined) throw new ConfigError(`HTTPS_PROXY: ${problem}`);
  return { https, none: environment.NO_PROXY || environment.no_proxy || undefined };
}

const UNITS_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

// As the scheduler writes it: one minute, five minutes. What cron says has no interval.
function rateMs(text: string): number {
  const [, count = "", unit = "", plural] = /^rate\(([1-9][0-9]{0,3}) (minute|hour|day)(s?)\)$/.exec(text) ?? [];
  const ms = Number(count) * (UNITS_MS[unit] ?? 0);
  if (ms === 0 || (plural === "s") !== (count !== "1"))
    throw new ConfigError("TICK: write rate(1 minute), rate(5 minutes) or rate(1 hour)");
  return ms;
}

function shardSize(text: string): number {
  const size = /^[0-9]{1,4}$/.test(text) ? Number(text) : 0;
  if (size < 1 || size > MAX_SHARD_SIZE) throw new ConfigError(`SHARD_SIZE: write a number from 1 to ${MAX_SHARD_SIZE}`);
  return size;
}

// No wildcard and no variable of IAM, which would let in more than is written, and none that names a server by itself.
const AUDIENCE = /^(?!alertstatus:)[\w.:/@=+~-]{1,1000}$/;

function parseWords(text: string | undefined, word: RegExp, expected: string): readonly string[] {
  const words = (text ?? "").split(/[\s,]+/).filter((part) => part !== "");
  if (words.every((part) => word.test(part))) return words;
  throw new ConfigError(`write ${expected}, with commas or spaces between them`);
}

function patienceMs(text: string): number {
  const ms = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
  if (ms < 100 || ms > 10_000) throw new ConfigError("PUSH_PATIENCE: write milliseconds from 100 to 10000");
  return ms;
}

function named<T>(variable: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(`${variable}: ${error.message}`);
  }
}
