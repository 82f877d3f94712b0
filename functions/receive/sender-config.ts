import { serverUrlError } from "../core/access/url.ts";
import { ConfigError } from "../core/errors.ts";

/** How a sender shows its token: by a file that holds it, or by the token itself. */
type SenderToken = { readonly file: string } | { readonly token: string };

/** What a sender needs to know; `url` is the receiver's. */
export type Sender = { readonly cluster: string; readonly url: string; readonly token: SenderToken };

/**
 * The part of prometheus.yml that has Prometheus push.
 *
 * https://prometheus.io/docs/prometheus/latest/configuration/configuration/#alertmanager_config
 */
export function prometheusConfig({ cluster, url, token }: Sender): object {
  const { scheme, host, path } = partsOf(url);
  const alertmanager = {
    scheme,
    path_prefix: `${path}/clusters/${cluster}`,
    authorization: authorization(token),
    static_configs: [{ targets: [host] }],
  };
  return { alerting: { alertmanagers: [alertmanager] } };
}

/**
 * The parts of alertmanager.yml that have the Alertmanager push, and at once; `continue` leaves every other route what it was.
 *
 * https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */
export function alertmanagerConfig({ cluster, url, token }: Sender): object {
  const { scheme, host, path } = partsOf(url);
  const name = `alertstatus-${cluster}`;
  const webhook = {
    url: `${scheme}://${host}${path}/clusters/${cluster}/webhook`,
    send_resolved: true,
    max_alerts: 1_000,
    http_config: { authorization: authorization(token) },
  };
  const route = { receiver: name, continue: true, group_by: ["alertname"], group_wait: "0s", group_interval: "1s", repeat_interval: "1h" };
  return { route: { routes: [route] }, receivers: [{ name, webhook_configs: [webhook] }] };
}

function authorization(token: SenderToken): object {
  return "file" in token ? { credentials_file: token.file } : { credentials: token.token };
}

function partsOf(url: string): { scheme: string; host: string; path: string } {
  const problem = serverUrlError(url);
  if (problem !== undefined) throw new ConfigError(`the receiver's URL is not usable: ${problem}`);
  const { protocol, host, pathname } = new URL(url);
  return { scheme: protocol.replace(":", ""), host, path: pathname.replace(/\/+$/, "") };
}
