// Runs the exec plugin of a kubeconfig for a credential: bounded in time and output, and what it says is shown without secrets.

import { type ExecFileException, execFile } from "node:child_process";
import type { KubeExec } from "../../core/access/kubeconfig.ts";
import { parseJson, valueAt } from "../../core/json.ts";
import { redact, sanitize } from "../../core/text.ts";
import { parseTimeMs } from "../../core/time.ts";

/** What a plugin answers: a token, a client certificate with its key (PEM), or both; `expiresAtMs` in milliseconds since the epoch. */
export type PluginCredential = {
  readonly token?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly expiresAtMs?: number;
};

// A login in a browser takes as long; kubectl waits forever.
const PATIENCE_MS = 60_000;
const MAX_OUTPUT_BYTES = 1_048_576;

/**
 * The credential of a plugin, or why there is none, with the plugin's own words. It runs in `environment`, without a terminal. `cluster` is
 * told to plugins that ask for it.
 *
 * https://kubernetes.io/docs/reference/config-api/client-authentication.v1/
 */
export async function runPlugin(
  exec: KubeExec,
  cluster: object,
  environment: NodeJS.ProcessEnv,
): Promise<PluginCredential | { readonly problem: string }> {
  const { apiVersion, args, env, provideClusterInfo } = exec;
  const spec = { interactive: false, ...(provideClusterInfo && { cluster }) };
  const own = Object.fromEntries(env.map(({ name = "", value = "" }) => [name, value]));
  const info = JSON.stringify({ apiVersion, kind: "ExecCredential", spec });
  const { error, stdout, stderr } = await outputOf(exec.command ?? "", args, { ...environment, ...own, KUBERNETES_EXEC_INFO: info });
  if (error === null) return credentialIn(parseJson(stdout), exec);
  return { problem: `the exec plugin ${exec.command} ${failureText(error, exec)}${wordsOf(stderr, exec, environment)}` };
}

type Output = { readonly error: ExecFileException | null; readonly stdout: string; readonly stderr: string };

function outputOf(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Output> {
  const bounds = { env, timeout: PATIENCE_MS, maxBuffer: MAX_OUTPUT_BYTES, killSignal: "SIGKILL" } as const;
  return new Promise((resolve) => {
    const child = execFile(command, args, bounds, (error, stdout, stderr) => resolve({ error, stdout, stderr }));
    // It may end before it reads.
    child.stdin?.on("error", () => {});
    child.stdin?.end();
  });
}

function failureText({ code, killed, signal }: ExecFileException, { installHint }: KubeExec): string {
  if (code === "ENOENT") return `is not installed${installHint === undefined ? "" : `: ${sanitize(installHint)}`}`;
  if (code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER") return "writes more than a credential";
  if (killed) return `did not end within ${PATIENCE_MS / 1_000} s`;
  if (typeof code === "string") return `cannot be run: ${code}`;
  return typeof code === "number" ? `failed with exit code ${code}` : `was ended by ${signal ?? "a signal"}`;
}

const SECRET_NAME = /secret|token|passw|credential|key/i;
const SHORTEST_SECRET = 8;
// Tokens of JSON and of EKS, and whatever is as long as a key.
const TOKENS = /\b(?:eyJ[\w-]+\.[\w.-]+|k8s-aws-v1\.[\w-]+|[\w+=-]{40,})/g;

function wordsOf(stderr: string, { args, env }: KubeExec, environment: NodeJS.ProcessEnv): string {
  const named = [...env.map(({ name = "", value = "" }) => [name, value] as const), ...Object.entries(environment), ...pairsIn(args)];
  const secrets = named.flatMap(([name, value = ""]) => (SECRET_NAME.test(name) && value.length >= SHORTEST_SECRET ? [value] : []));
  const words = sanitize(redact(stderr, secrets).replaceAll(TOKENS, "[redacted]"));
  return words === "" ? "" : `: ${words}`;
}

// `--client-secret=…` as well as `--client-secret …`.
function pairsIn(args: readonly string[]): readonly (readonly [string, string | undefined])[] {
  return args.map((word, at) => {
    const [, name = word, value = args[at + 1]] = /^(-[^=]*)=(.*)$/s.exec(word) ?? [];
    return [name.startsWith("-") ? name : "", value];
  });
}

function credentialIn(answer: unknown, { command, apiVersion }: KubeExec): PluginCredential | { readonly problem: string } {
  const said = (problem: string) => ({ problem: `the exec plugin ${command} ${problem}` });
  if (valueAt(answer, ["kind"]) !== "ExecCredential") return said("writes no ExecCredential");
  const version = valueAt(answer, ["apiVersion"]);
  if (version !== apiVersion) return said(`answers in another apiVersion than ${apiVersion}`);
  const [token, certificate, key, expiration] = ["token", "clientCertificateData", "clientKeyData", "expirationTimestamp"].map((field) =>
    textOr(valueAt(answer, ["status", field])),
  );
  if (token === undefined && certificate === undefined && key === undefined) return said("writes neither a token nor a certificate");
  if ((certificate === undefined) !== (key === undefined)) return said("writes a certificate or a key, not both");
  const expiresAtMs = parseTimeMs(expiration);
  return { token, certificate, key, ...(!Number.isNaN(expiresAtMs) && { expiresAtMs }) };
}

function textOr(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
