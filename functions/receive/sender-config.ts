// Renders the configuration that makes a Prometheus or an Alertmanager push to the receiver.

import { serverUrlError } from "../core/access/url.ts";
import { ConfigError } from "../core/errors.ts";

/** The token of a sender: the file that holds it, or the token itself. */
type SenderToken = { readonly file: string } | { readonly token: string };

/** The cluster that a sender pushes for; `url` is the receiver's. */
export type Sender = { readonly cluster: string; readonly url: string; readonly token: SenderToken };

/**
 * The section of prometheus.yml that makes Prometheus push its alerts.
 *
 * https://prometheus.io/docs/prometheus/latest/configuration/configuration/#alertmanager_config
 */
export function prometheusConfig({ cluster, url, token }: Sender): object {
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
export function alertmanagerConfig({ cluster, url, token }: Sender): object {
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

function toAuthorization(token: SenderToken): object {
  return "file" in token ? { credentials_file: token.file } : { credentials: token.token };
}

function parseReceiverUrl(url: string): { scheme: string; host: string; path: string } {
  const problem = serverUrlError(url);
  if (problem !== undefined) throw new ConfigError(`the receiver's URL is not usable: ${problem}`);
  const { protocol, host, pathname } = new URL(url);
  return { scheme: protocol.replace(":", ""), host, path: pathname.replace(/\/+$/, "") };
}
