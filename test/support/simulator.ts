// Simulates a cluster, so that tests of passes run in milliseconds and without real parts.

import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { JsonObject } from "../../functions/core/json.ts";
import { serve } from "./http-server.ts";
import { answer } from "./simulator/api.ts";
import type { EvidenceSettings } from "./simulator/evidence.ts";
import { type ServedKind, servedKinds } from "./simulator/kinds.ts";
import { type Alerts, isOfPrometheus, send, sendPrometheus, sendProxied } from "./simulator/prometheus.ts";
import { authorizer, type User, users } from "./simulator/rbac.ts";
import { parseCall } from "./simulator/request.ts";
import { forbidden, unauthorized } from "./simulator/status.ts";
import { openStore } from "./simulator/store.ts";

/** A cluster's API server and the Prometheus behind it, on one port of the loopback interface. */
export type Simulator = {
  /** The URL of the API server; plain http. */
  readonly url: string;
  /** The URL of the Prometheus, past the API server and without a login. */
  readonly alertsUrl: string;
  /** The token of a member of the group `alertstatus`, with the permissions of infra/cluster/rbac.yml. */
  readonly token: string;
  /** The token of an administrator. */
  readonly adminToken: string;
  /** The token of a user without any role. */
  readonly strangerToken: string;
  /** Creates or replaces a custom resource; resource version and generation are counted here, as a real server counts them. */
  put(object: object): void;
  get(kind: string, name: string, namespace?: string): JsonObject | undefined;
  remove(kind: string, name: string, namespace?: string): void;
  setAlerts(alerts: Alerts): void;
  /** Sets the faults of the Prometheus from now on. */
  setEvidence(evidence: EvidenceSettings): void;
  /** Lists that are being read page by page expire. */
  forgetHistory(): void;
  /** The requests, oldest first; `status` is 0 until the answer. */
  readonly requests: { readonly method: string; readonly path: string; status: number }[];
  /** Breaks all connections, as time does while their client is frozen. */
  breakConnections(): void;
  close(): Promise<void>;
};

type Settings = {
  readonly token?: string;
  /** The kinds of `crds/` that are served; all of them where nothing is said. */
  readonly serves?: readonly string[];
};

// Read once, for a test may start hundreds of clusters.
const KINDS = servedKinds();
const ADMIN_TOKEN = "token-of-the-administrator";
const STRANGER_TOKEN = "token-of-a-stranger";
const NO_ALERTS = { status: "success", data: { alerts: [] } };

/** It behaves only as test/contract shows a real API server to behave. */
export async function startSimulator({ token = "token-of-alertstatus", serves }: Settings = {}): Promise<Simulator> {
  const kinds = KINDS.filter(({ kind }) => serves?.includes(kind) ?? true);
  const store = openStore();
  const requests: Simulator["requests"] = [];
  const isAllowed = authorizer();
  const members = new Map<string, User>([
    [token, users.alertstatus],
    [ADMIN_TOKEN, users.administrator],
    [STRANGER_TOKEN, users.stranger],
  ]);
  let alerts: Alerts = NO_ALERTS;
  let evidence: EvidenceSettings = {};

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = parseCall(request);
    if (isOfPrometheus(call.path)) return sendPrometheus({ alerts, evidence }, request, response);
    const user =
      request.headers.authorization === undefined ? users.anonymous : members.get(request.headers.authorization.slice("Bearer ".length));
    if (user === undefined) return send(response, unauthorized);
    if (!isAllowed(user, call)) return send(response, forbidden(user, call));
    if (call.resource?.subresource === "proxy") return sendProxied({ alerts, evidence }, call.resource, call, request, response);
    send(response, answer(kinds, store, call, await text(request)));
  }

  const { url, breakConnections, close } = await serve((request, response) => {
    const seen = { method: request.method ?? "", path: request.url ?? "", status: 0 };
    requests.push(seen);
    response.on("finish", () => {
      seen.status = response.statusCode;
    });
    void respond(request, response);
  });

  return {
    url,
    alertsUrl: url,
    token,
    adminToken: ADMIN_TOKEN,
    strangerToken: STRANGER_TOKEN,
    put: (object) => void store.put(kindOf(kinds, "kind" in object ? object.kind : undefined), { ...object }),
    get: (kind, name, namespace) => store.find(kindOf(kinds, kind), name, namespace),
    remove: (kind, name, namespace) => store.remove(kindOf(kinds, kind), name, namespace),
    setAlerts: (body) => {
      alerts = body;
    },
    setEvidence: (settings) => {
      evidence = settings;
    },
    forgetHistory: store.forgetHistory,
    requests,
    breakConnections,
    close,
  };
}

function kindOf(kinds: readonly ServedKind[], name: unknown): ServedKind {
  const found = kinds.find(({ kind }) => kind === name);
  if (found === undefined) throw new Error(`the simulator serves no ${name}`);
  return found;
}
