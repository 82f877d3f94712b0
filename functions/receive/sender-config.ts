// Renders the configuration that makes a sender push to the receiver: one function for each kind of sender.

import { serverUrlError } from "../core/access/url.ts";
import { ConfigError } from "../core/errors.ts";

/** Where a sender finds its token on its own machine: in a file, or in a variable of its environment. */
type TokenPlace = { readonly file: string } | { readonly variable: string };

/** The token of a sender: the place that holds it, or the token itself. */
export type SenderToken = TokenPlace | { readonly token: string };

/** The cluster that a sender pushes for; `url` is the receiver's. */
type Sender = { readonly cluster: string; readonly url: string; readonly token: SenderToken };

/** A kind of sender: where its configuration goes, and where it finds its token unless something else is said. */
type SenderKind = { readonly place: string; readonly token: TokenPlace; readonly render: (sender: Sender) => object };

/** The kinds of senders, by the program that pushes. */
export const senderKinds = {
  prometheus: { place: "prometheus.yml", token: { file: "/etc/prometheus/alertstatus.token" }, render: prometheusConfig },
  alertmanager: { place: "alertmanager.yml", token: { file: "/etc/alertmanager/alertstatus.token" }, render: alertmanagerConfig },
  thanos: { place: "the file of --alertmanagers.config-file", token: { file: "/etc/thanos/alertstatus.token" }, render: thanosConfig },
  vmalert: { place: "the file of -notifier.config", token: { file: "/etc/vmalert/alertstatus.token" }, render: vmalertConfig },
  mimir: { place: "mimir.yaml, or the configuration of Cortex", token: { variable: "ALERTSTATUS_TOKEN" }, render: mimirConfig },
} as const satisfies Readonly<Record<string, SenderKind>>;

/**
 * The section of prometheus.yml that makes Prometheus push its alerts.
 *
 * https://prometheus.io/docs/prometheus/latest/configuration/configuration/#alertmanager_config
 */
function prometheusConfig({ cluster, url, token }: Sender): object {
  const { scheme, host, path } = parseReceiverUrl(url);
  const alertmanager = {
    scheme,
    path_prefix: `${path}/clusters/${cluster}`,
    authorization: toAuthorization(token),
    static_configs: [{ targets: [host] }],
  };
  return { alerting: { alertmanagers: [alertmanager] } };
}

/**
 * The sections of alertmanager.yml that make the Alertmanager push without delay; `continue` leaves the other routes as they are.
 *
 * https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */
function alertmanagerConfig({ cluster, url, token }: Sender): object {
  const { scheme, host, path } = parseReceiverUrl(url);
  const name = `alertstatus-${cluster}`;
  const webhook = {
    url: `${scheme}://${host}${path}/clusters/${cluster}/webhook`,
    send_resolved: true,
    max_alerts: 1_000,
    http_config: { authorization: toAuthorization(token) },
  };
  const route = { receiver: name, continue: true, group_by: ["alertname"], group_wait: "0s", group_interval: "1s", repeat_interval: "1h" };
  return { route: { routes: [route] }, receivers: [{ name, webhook_configs: [webhook] }] };
}

/**
 * The configuration that makes a Thanos Ruler push.
 *
 * https://thanos.io/tip/components/rule.md/#configuration
 */
function thanosConfig({ cluster, url, token }: Sender): object {
  const { scheme, host, path } = parseReceiverUrl(url);
  const path_prefix = `${path}/clusters/${cluster}`;
  return { alertmanagers: [{ scheme, path_prefix, http_config: toBearer(token), static_configs: [host] }] };
}

/**
 * The configuration that makes vmalert push, which accepts `authorization` here and does not send it.
 *
 * https://docs.victoriametrics.com/victoriametrics/vmalert/#notifier-configuration-file
 */
function vmalertConfig({ cluster, url, token }: Sender): object {
  const { scheme, host, path } = parseReceiverUrl(url);
  const path_prefix = `${path}/clusters/${cluster}`;
  return { scheme, path_prefix, ...toBearer(token), static_configs: [{ targets: [host] }] };
}

/**
 * The section that makes the ruler of Mimir or Cortex push, which shows passwords only and reads none from a file. It replaces variables
 * with `-config.expand-env=true`.
 *
 * https://grafana.com/docs/mimir/latest/configure/configuration-parameters/#ruler
 */
function mimirConfig({ cluster, url, token }: Sender): object {
  const { scheme, host, path } = parseReceiverUrl(url);
  if ("file" in token)
    throw new ConfigError("the ruler of Mimir reads no token from a file: leave --token-file out, or use --inline-token");
  const password = "token" in token ? token.token : `\${${token.variable}}`;
  return {
    ruler: {
      alertmanager_url: `${scheme}://${host}${path}/clusters/${cluster}`,
      alertmanager_client: { basic_auth_username: cluster, basic_auth_password: password },
    },
  };
}

function toAuthorization(token: SenderToken): object {
  return "token" in token ? { credentials: token.token } : { credentials_file: toFile(token) };
}

function toBearer(token: SenderToken): object {
  return "token" in token ? { bearer_token: token.token } : { bearer_token_file: toFile(token) };
}

function toFile(place: TokenPlace): string {
  if ("file" in place) return place.file;
  throw new ConfigError("only the ruler of Mimir or Cortex finds its token in a variable");
}

function parseReceiverUrl(url: string): { scheme: string; host: string; path: string } {
  const problem = serverUrlError(url);
  if (problem !== undefined) throw new ConfigError(`the receiver's URL is not usable: ${problem}`);
  const { protocol, host, pathname } = new URL(url);
  return { scheme: protocol.replace(":", ""), host, path: pathname.replace(/\/+$/, "") };
}
