import { proxyPath, readSource } from "../cluster/source.ts";
import type { AlertsSource, ServiceSource } from "../core/access/alerts.ts";
import { UpstreamError } from "../core/errors.ts";
import type { ClusterEntry } from "../core/fleet/fleet.ts";
import { permissionText } from "../core/kubernetes/permission.ts";
import type { Flow } from "../core/profile/profile.ts";
import { countAlerts } from "../core/prometheus/alert.ts";
import { findFlow } from "../core/verdict/matching.ts";
import type { Client } from "../io/http/client.ts";
import { countEndpoints } from "../io/kubernetes/discovery.ts";
import { readAnswer, readBody, readBuild } from "../io/prometheus/status.ts";
import type { ApiServer } from "./api-server.ts";
import { type Check, ok, skipped, warning } from "./checks/check.ts";
import { type Dialect, dialectOf } from "./checks/dialect.ts";
import { proxyPermission } from "./checks/permissions.ts";
import { PROOF, proofChecks } from "./checks/proof.ts";
import { ruleErrors } from "./checks/rule-errors.ts";
import { unreadableCheck } from "./checks/unreadable.ts";
import { checkEndpoint } from "./endpoint.ts";
import { hasFailed, orUndefined, runInOrder, type Session, skipAll } from "./session.ts";
import { checkSilences } from "./silences.ts";

/** What was found at a source; `client` is there where it can be asked. */
export type SourceChecks = { readonly checks: readonly Check[]; readonly client?: Client; readonly prefix: string };

const NAMES = ["Alerts API", "dialect", PROOF];

/** The connection to a source, what it says, and what that is worth. */
export async function checkSource(entry: ClusterEntry, source: AlertsSource, server: ApiServer, visit: Session): Promise<SourceChecks> {
  const [read, silences] = await Promise.all([examineRead(entry, source, server, visit), checkSilences(source, server, visit)]);
  return { ...read, checks: [...read.checks, ...silences] };
}

async function examineRead(entry: ClusterEntry, source: AlertsSource, server: ApiServer, visit: Session): Promise<SourceChecks> {
  if ("service" in source) return examineService(entry, source, server, visit);
  const client = visit.clientOf(visit.logins.ofSource(source, visit.folder));
  const approach = await checkEndpoint(client);
  if (hasFailed(approach)) return { checks: [...approach, ...skipAll(NAMES, approach)], prefix: "" };
  const asked = await examineAnswers(source, { entry, client, server, visit, prefix: "" });
  return { ...asked, checks: [...approach, ...asked.checks] };
}

async function examineService(entry: ClusterEntry, source: ServiceSource, server: ApiServer, visit: Session): Promise<SourceChecks> {
  const prefix = proxyPath(source);
  const { client } = server;
  const needed = `may ${permissionText(proxyPermission(source.service))}`;
  const obstacles = client === undefined ? server.checks : server.checks.filter(({ check }) => check === needed);
  if (client === undefined || hasFailed(obstacles)) return { checks: skipAll(NAMES, obstacles), prefix };
  const [asked, pods] = await Promise.all([examineAnswers(source, { entry, client, server, visit, prefix }), podsCheck(source, client)]);
  return { ...asked, checks: [...asked.checks, pods] };
}

async function examineAnswers(source: AlertsSource, asking: Asking): Promise<SourceChecks> {
  const { client, prefix } = asking;
  const checks = await runInOrder(NAMES, ask(source, asking));
  return { checks, prefix, ...(checks[0]?.was === "ok" && { client }) };
}

type Asking = {
  readonly entry: ClusterEntry;
  readonly client: Client;
  readonly server: ApiServer;
  readonly visit: Session;
  readonly prefix: string;
};

async function* ask(source: AlertsSource, { entry, client, server, visit, prefix }: Asking): AsyncGenerator<Check> {
  const reading = await readSource(visit, client, { ...source, alertmanager: undefined }, Number.NEGATIVE_INFINITY);
  if (reading.was === "unreadable") {
    const answer = reading.code === "malformed" ? await orUndefined(readAnswer(client, prefix)) : undefined;
    yield unreadableCheck(source, reading, answer ?? "");
    return;
  }
  yield ok("Alerts API", `${countAlerts([reading.firing])} firing, ${countAlerts([reading.pending])} pending`);
  const shown = [readBuild(client, prefix), readBody(client, prefix, "alerts"), readBody(client, prefix, "rules")];
  const [build, alerts, rules] = await Promise.all(shown.map(orUndefined));
  yield dialectCheck(dialectOf({ ...("url" in source && { url: source.url }), build, alerts, rules }));
  yield* proofChecks(entry.profiles, reading, (flow) => isUsed(entry, flow, server), ruleErrors(rules));
}

// Where not all is listed, every flow may have its resources.
function isUsed({ profiles }: ClusterEntry, flow: Flow, { resources }: ApiServer): boolean {
  return resources === undefined || resources.some((resource) => profiles.some((profile) => findFlow(profile, resource) === flow));
}

function dialectCheck(dialect: Dialect | undefined): Check {
  if (dialect === undefined) return skipped("dialect", "the source does not say what it is");
  const { name, caveat } = dialect;
  return caveat === undefined ? ok("dialect", name) : warning("dialect", caveat.says, caveat.remedy);
}

const SEVERAL = "several Pods behind the service";

async function podsCheck({ service }: ServiceSource, client: Client): Promise<Check> {
  try {
    const count = await countEndpoints(client, service);
    if (count < 2) return ok(SEVERAL, `no: there is ${count === 0 ? "none" : "one"}`);
    const said = `there are ${count}, and the service proxy asks one of them at random`;
    return warning(SEVERAL, said, "give each Pod a Service of its own and list them all in `alerts`: what any of them says then counts");
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return skipped(SEVERAL, `not known, and passes need no right to list endpointslices (${error.code})`);
  }
}
