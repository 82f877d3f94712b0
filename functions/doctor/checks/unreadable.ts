// Explains why the alerts or the silences of a source cannot be read, from the messages of known servers and of the service proxy.

import type { AlertsSource, ServiceSource } from "../../core/access/alerts.ts";
import type { FailureDetails } from "../../core/errors.ts";
import { type Check, failed, failedBy } from "./check.ts";
import { mistakenFor } from "./dialect.ts";

type Service = ServiceSource["service"];
type Cause = { readonly text: string; readonly remedy: (service: Service) => string };

const CHECK = "Alerts API";

/** @param answer the body that the source returns from the Alerts API */
export function unreadableCheck(source: AlertsSource, failure: FailureDetails, answer: string): Check {
  const refused = refusalOf(failure);
  if (refused !== undefined) return failed(CHECK, `${refused.text}: ${failure.why}`, refused.remedy);
  const cause = "service" in source ? causeOf(failure) : undefined;
  if (cause !== undefined && "service" in source) return failed(CHECK, `${cause.text}: ${failure.why}`, cause.remedy(source.service));
  const mistaken = failure.code === "malformed" ? mistakenFor(answer) : undefined;
  return mistaken === undefined ? failedBy(CHECK, failure) : failed(CHECK, `${mistaken.page} answers there`, mistaken.remedy);
}

type Refusal = { readonly status: number; readonly said: string; readonly text: string; readonly remedy: string };

// The messages of the servers themselves, read directly or through the service proxy.
const REFUSALS: readonly Refusal[] = [
  {
    status: 401,
    said: "no org id",
    text: "the server keeps the alerts of many tenants apart, and no tenant is named",
    remedy: "name the tenant of this cluster where the source is: `headers: { X-Scope-OrgID: <tenant> }`",
  },
  {
    status: 404,
    said: "alertmanager storage object not found",
    text: "the Alertmanager of Mimir or Cortex answers there",
    remedy: "end the URL with /prometheus: that is where their Alerts API is",
  },
  {
    status: 404,
    said: "the Alertmanager is not configured",
    text: "this tenant has no Alertmanager of its own",
    remedy: "leave `alertmanager` out: without a configuration nothing is silenced; for alerts, end the URL with /prometheus",
  },
  {
    status: 422,
    said: "unavailable with Prometheus Agent",
    text: "a Prometheus in agent mode evaluates no rules",
    remedy: "name in `alerts` what evaluates them: the server that this agent writes to, or the ruler beside it",
  },
];

/** The meaning of a known refusal of a server; undefined for an unknown one. */
export function refusalOf({ status, said }: FailureDetails): Refusal | undefined {
  return REFUSALS.find((refusal) => refusal.status === status && refusal.said === said);
}

function causeOf({ code, status = 0, said = "" }: FailureDetails): Cause | undefined {
  if (code === "timeout") return KEPT_OUT;
  return SYMPTOMS.find(({ statuses, message }) => (statuses?.includes(status) ?? true) && message.test(said))?.cause;
}

const KEPT_OUT: Cause = {
  text: "the API server answers, but gets no answer from behind the service; most likely a NetworkPolicy keeps it out",
  remedy: ({ namespace, name, port }) =>
    `allow the API server in, by a NetworkPolicy beside those of ${namespace} (they add up); ${kymaHint(name)}if none is there, see whether port ${port} hangs`,
};

type Symptom = { readonly statuses?: readonly number[]; readonly message: RegExp; readonly cause: Cause };

// The messages of kube-apiserver's service proxy: those of its answers 500 to 504, and those with which it rejects a request itself.
const SYMPTOMS: readonly Symptom[] = [
  {
    statuses: [401, 403],
    message: /services\/proxy/,
    cause: {
      text: "the API server forbids this login to reach the service",
      remedy: () => "grant get on services/proxy, as infra/cluster/rbac.yml does",
    },
  },
  {
    statuses: [404],
    message: /^services ".*" not found/,
    cause: {
      text: "there is no such service",
      remedy: ({ namespace, name }) => `set the Service of Prometheus in \`alerts\`: there is no ${namespace}/${name}`,
    },
  },
  {
    message: /no service port/,
    cause: {
      text: "the service has no such port",
      remedy: ({ namespace, name }) => `compare \`port\` with: kubectl -n ${namespace} get service ${name}`,
    },
  },
  {
    message: /no endpoints available/,
    cause: {
      text: "no Pod is ready behind the service",
      remedy: ({ namespace, name }) =>
        `check which Pods it selects, and why none is ready: kubectl -n ${namespace} describe service ${name}`,
    },
  },
  {
    message: /connection refused/,
    cause: {
      text: "the Pod behind the service refuses the connection",
      remedy: ({ namespace, name }) =>
        `check that Prometheus runs and listens on the service's targetPort: kubectl -n ${namespace} describe service ${name}`,
    },
  },
  { message: /i\/o timeout|deadline exceeded|no route to host|network is unreachable/, cause: KEPT_OUT },
  { statuses: [504], message: /^/, cause: KEPT_OUT },
  {
    message: /server gave HTTP response|does not look like a TLS handshake/,
    cause: { text: "the Pod behind the service speaks plain HTTP", remedy: () => "leave out `scheme: https` in the service" },
  },
  {
    message: /HTTP request to an HTTPS server|malformed HTTP|tls:/,
    cause: {
      text: "the Pod behind the service does not speak plain HTTP",
      remedy: ({ name, port }) => `set \`scheme: https\` in the service, and grant its proxy as https:${name}:${port}`,
    },
  },
];

function kymaHint(name: string): string {
  return name === "telemetry-self-monitor"
    ? "Kyma's own lets only Pods labelled networking.kyma-project.io/metrics-scraping: allowed reach it; "
    : "";
}
