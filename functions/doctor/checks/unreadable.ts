// Why the alerts of a source, or its silences, cannot be read, and what to do about it.
import type { AlertsSource, ServiceSource } from "../../core/access/alerts.ts";
import type { FailureDetails } from "../../core/errors.ts";
import { type Check, failed, failedBy } from "./check.ts";
import { mistakenFor } from "./dialect.ts";

type Service = ServiceSource["service"];
type Meaning = { readonly says: string; readonly remedy: (service: Service) => string };

const CHECK = "Alerts API";

/** Why the alerts of a source cannot be read. @param answer what the source says where it is asked for them */
export function unreadableCheck(source: AlertsSource, failure: FailureDetails, answer: string): Check {
  const refused = refusalOf(failure);
  if (refused !== undefined) return failed(CHECK, `${refused.says}: ${failure.why}`, refused.remedy);
  const meaning = "service" in source ? meaningOf(failure) : undefined;
  if (meaning !== undefined && "service" in source) return failed(CHECK, `${meaning.says}: ${failure.why}`, meaning.remedy(source.service));
  const mistaken = failure.code === "malformed" ? mistakenFor(answer) : undefined;
  return mistaken === undefined ? failedBy(CHECK, failure) : failed(CHECK, `${mistaken.page} answers there`, mistaken.remedy);
}

type Refusal = { readonly status: number; readonly said: string; readonly says: string; readonly remedy: string };

// The words of the servers themselves, wherever they are asked.
const REFUSALS: readonly Refusal[] = [
  {
    status: 401,
    said: "no org id",
    says: "the server keeps the alerts of many tenants apart, and no tenant is named",
    remedy: "name the tenant of this cluster where the source is: `headers: { X-Scope-OrgID: <tenant> }`",
  },
  {
    status: 404,
    said: "alertmanager storage object not found",
    says: "the Alertmanager of Mimir or Cortex answers there",
    remedy: "end the URL with /prometheus: that is where their Alerts API is",
  },
  {
    status: 404,
    said: "the Alertmanager is not configured",
    says: "this tenant has no Alertmanager of its own",
    remedy: "leave `alertmanager` out: without a configuration nothing is silenced; for alerts, end the URL with /prometheus",
  },
  {
    status: 422,
    said: "unavailable with Prometheus Agent",
    says: "a Prometheus in agent mode evaluates no rules",
    remedy: "name in `alerts` what evaluates them: the server that this agent writes to, or the ruler beside it",
  },
];

/** What a server means by the words with which it refuses; undefined where they are not known. */
export function refusalOf({ status, said }: FailureDetails): Refusal | undefined {
  return REFUSALS.find((refusal) => refusal.status === status && refusal.said === said);
}

function meaningOf({ code, status = 0, said = "" }: FailureDetails): Meaning | undefined {
  if (code === "timeout") return KEPT_OUT;
  return MEANINGS.find(({ statuses, says }) => (statuses?.includes(status) ?? true) && says.test(said))?.means;
}

const KEPT_OUT: Meaning = {
  says: "the API server answers, but gets no answer from behind the service; most likely a NetworkPolicy keeps it out",
  remedy: ({ namespace, name, port }) =>
    `allow the API server in, by a NetworkPolicy beside those of ${namespace} (they add up); ${kymaHint(name)}if none is there, see whether port ${port} hangs`,
};

type Words = { readonly statuses?: readonly number[]; readonly says: RegExp; readonly means: Meaning };

// The words of kube-apiserver's service proxy, which stand in its answer of 500 to 504, and those with which it refuses to ask.
const MEANINGS: readonly Words[] = [
  {
    statuses: [401, 403],
    says: /services\/proxy/,
    means: {
      says: "the API server does not let this login through to the service",
      remedy: () => "grant get on services/proxy, as infra/cluster/rbac.yml does",
    },
  },
  {
    statuses: [404],
    says: /^services ".*" not found/,
    means: {
      says: "there is no such service",
      remedy: ({ namespace, name }) => `name Prometheus' own Service in \`alerts\`: ${namespace}/${name} is none`,
    },
  },
  {
    says: /no service port/,
    means: {
      says: "the service has no such port",
      remedy: ({ namespace, name }) => `compare \`port\` with: kubectl -n ${namespace} get service ${name}`,
    },
  },
  {
    says: /no endpoints available/,
    means: {
      says: "no Pod is ready behind the service",
      remedy: ({ namespace, name }) => `see which Pods it selects, and why none is ready: kubectl -n ${namespace} describe service ${name}`,
    },
  },
  {
    says: /connection refused/,
    means: {
      says: "the Pod behind the service refuses the connection",
      remedy: ({ namespace, name }) =>
        `see whether Prometheus runs and listens on the service's targetPort: kubectl -n ${namespace} describe service ${name}`,
    },
  },
  { says: /i\/o timeout|deadline exceeded|no route to host|network is unreachable/, means: KEPT_OUT },
  { statuses: [504], says: /^/, means: KEPT_OUT },
  {
    says: /server gave HTTP response|malformed HTTP|tls:/,
    means: {
      says: "what stands behind the service does not speak plain HTTP",
      remedy: () => "name a port that speaks plain HTTP without a login: the service proxy passes no login on",
    },
  },
];

function kymaHint(name: string): string {
  return name === "telemetry-self-monitor"
    ? "Kyma's own lets only Pods labelled networking.kyma-project.io/metrics-scraping: allowed reach it; "
    : "";
}
