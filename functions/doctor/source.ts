// Checks one source of alerts: the connection, its dialect, the items of the proof of health, and the Pods behind its service.

import { knowledgeOf } from "../cluster/cluster.ts";
import { behindProxy, openSource, readSource, wantedOf } from "../cluster/source.ts";
import type { AlertsSource, ServiceSource } from "../core/access/alerts.ts";
import { UpstreamError } from "../core/errors.ts";
import type { ClusterEntry } from "../core/fleet/fleet.ts";
import { permissionText } from "../core/kubernetes/permission.ts";
import { unmatchedText } from "../core/outcome/attention.ts";
import type { Flow } from "../core/profile/profile.ts";
import { countAlerts, type Reading } from "../core/prometheus/alert.ts";
import { findFlow, needsAlerts } from "../core/verdict/matching.ts";
import { findUnmatched } from "../core/verdict/unmatched.ts";
import type { Client } from "../io/http/client.ts";
import { countEndpoints } from "../io/kubernetes/discovery.ts";
import { readAnswer, readBody, readBuild } from "../io/prometheus/status.ts";
import type { ApiServer } from "./api-server.ts";
import { type Check, ok, skipped, warning } from "./checks/check.ts";
import { type Dialect, dialectOf } from "./checks/dialect.ts";
import { proxyPermission } from "./checks/permissions.ts";
import { PROOF, proofChecks } from "./checks/proof.ts";
import { unreadableCheck } from "./checks/unreadable.ts";
import { checkEndpoint } from "./endpoint.ts";
import { hasFailed, orUndefined, runInOrder, type Session, skipAll } from "./session.ts";
import { checkSilences } from "./silences.ts";

/** The checks of a source; `client` is set where its Alerts API answers. */
export type SourceChecks = { readonly checks: readonly Check[]; readonly client?: Client; readonly prefix: string };

const NAMES = ["Alerts API", "dialect", PROOF];

/** Checks the connection to a source, its answers, and whether these can prove health. */
export async function checkSource(entry: ClusterEntry, source: AlertsSource, server: ApiServer, session: Session): Promise<SourceChecks> {
  const [alerts, silences] = await Promise.all([checkAlerts(entry, source, server, session), checkSilences(source, server, session)]);
  return { ...alerts, checks: [...alerts.checks, ...silences] };
}

async function checkAlerts(entry: ClusterEntry, source: AlertsSource, server: ApiServer, session: Session): Promise<SourceChecks> {
  if ("service" in source) return checkService(entry, source, server, session);
  const client = session.clientOf(session.logins.ofSource(source, session.folder));
  const connection = await checkEndpoint(client);
  if (hasFailed(connection)) return { checks: [...connection, ...skipAll(NAMES, connection)], prefix: "" };
  const answers = await checkAnswers(source, { entry, client, api: client, server, session, prefix: "" });
  return { ...answers, checks: [...connection, ...answers.checks] };
}

async function checkService(entry: ClusterEntry, source: ServiceSource, server: ApiServer, session: Session): Promise<SourceChecks> {
  const { client: api } = server;
  const needed = `may ${permissionText(proxyPermission(source.service))}`;
  const obstacles = api === undefined ? server.checks : server.checks.filter(({ check }) => check === needed);
  if (api === undefined || hasFailed(obstacles)) return { checks: skipAll(NAMES, obstacles), prefix: "" };
  const target = { entry, server, session, api, ...behindProxy(api, source.service) };
  const [answers, pods] = await Promise.all([checkAnswers(source, target), podsCheck(source, api)]);
  return { ...answers, checks: [...answers.checks, pods] };
}

async function checkAnswers(source: AlertsSource, target: Target): Promise<SourceChecks> {
  const { client, prefix } = target;
  const checks = await runInOrder(NAMES, answerChecks(source, target));
  return { checks, prefix, ...(checks[0]?.was === "ok" && { client }) };
}

type Target = {
  readonly entry: ClusterEntry;
  /** Asks the source itself, at its `prefix`. */
  readonly client: Client;
  /** Stands for the API server where the source is read through it. */
  readonly api: Client;
  readonly server: ApiServer;
  readonly session: Session;
  readonly prefix: string;
};

async function* answerChecks(source: AlertsSource, { entry, client, api, server, session, prefix }: Target): AsyncGenerator<Check> {
  const asked = openSource(session, api, { ...source, alertmanager: undefined }, wantedOf(entry.profiles));
  const reading = await readSource(session, api, asked, Number.NEGATIVE_INFINITY);
  if (reading.was === "unreadable") {
    const answer = reading.code === "malformed" ? await orUndefined(readAnswer(client, prefix)) : undefined;
    yield milderWhereUnneeded(entry, server, unreadableCheck(source, reading, answer ?? ""));
    return;
  }
  yield ok("Alerts API", `${countAlerts([reading.firing])} firing, ${countAlerts([reading.pending])} pending`);
  const answers = [readBuild(client, prefix), readBody(client, prefix, "alerts"), readBody(client, prefix, "rules")];
  const [build, alerts, rules] = await Promise.all(answers.map(orUndefined));
  yield dialectCheck(dialectOf({ ...("url" in source && { url: source.url }), build, alerts, rules }));
  yield* proofChecks(entry.profiles, reading, (flow) => isUsed(entry, flow, server));
  yield matchCheck(entry, reading, server);
}

const MATCH = "every alert counts";

function matchCheck({ profiles }: ClusterEntry, reading: Reading, { resources }: ApiServer): Check {
  if (resources === undefined) return skipped(MATCH, "not known: not every kind can be listed");
  const unmatched = findUnmatched(profiles, { resources, known: knowledgeOf(profiles, resources, [reading]) }, new Set());
  if (unmatched.length === 0) return ok(MATCH, "none fires that counts for no resource");
  return warning(
    MATCH,
    unmatched.map(unmatchedText).join("; "),
    "compare the labels of the alert with `identify` of the profile, unless its resource has just been deleted",
  );
}

// Where no resource needs a source, there need not be one: telemetry-manager takes its Prometheus away with the last pipeline.
function milderWhereUnneeded({ profiles }: ClusterEntry, { resources }: ApiServer, check: Check): Check {
  const isNeeded = resources?.some((resource) => profiles.some((profile) => needsAlerts(profile, resource))) ?? true;
  return isNeeded ? check : skipped(check.check, `${check.message} (no resource needs it now)`, check.remedy);
}

// Where some kind is not listed, every flow may have resources.
function isUsed({ profiles }: ClusterEntry, flow: Flow, { resources }: ApiServer): boolean {
  return resources === undefined || resources.some((resource) => profiles.some((profile) => findFlow(profile, resource) === flow));
}

function dialectCheck(dialect: Dialect | undefined): Check {
  if (dialect === undefined) return skipped("dialect", "the source does not show which program it is");
  const { name, caveat } = dialect;
  return caveat === undefined ? ok("dialect", name) : warning("dialect", caveat.says, caveat.remedy);
}

const SEVERAL = "several Pods behind the service";

async function podsCheck({ service }: ServiceSource, client: Client): Promise<Check> {
  try {
    const count = await countEndpoints(client, service);
    if (count < 2) return ok(SEVERAL, `no: there is ${count === 0 ? "none" : "one"}`);
    const message = `there are ${count}, and the service proxy picks one of them at random`;
    return warning(
      SEVERAL,
      message,
      "give each Pod a Service of its own and list them all in `alerts`: an alert of any of them then counts",
    );
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return skipped(SEVERAL, `unknown, and passes need no permission to list endpointslices (${error.code})`);
  }
}
