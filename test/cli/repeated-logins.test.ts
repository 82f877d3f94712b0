// Holds every command to showing no login, whatever a server makes of the one that it was sent.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type HttpServer, serve } from "../support/http-server.ts";
import { repeating } from "../support/repeating-server.ts";
import { type SecureServer, serveSecurely } from "../support/secure-server.ts";
import { alertstatus } from "./alertstatus.ts";

const TOKEN = "c4n4ry-of-a-token";

let folder: string;
let server: HttpServer;
let secure: SecureServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "repeated-logins-"));
  server = await serve(repeating);
  secure = await serveSecurely(repeating);
  const auth = { token: { env: "CANARY" } };
  const alerts = { url: server.url, auth: { bearer: { env: "CANARY" } }, proof: "none" };
  await write("fleet.json", { clusters: [{ name: "prod", kubernetes: { server: server.url, auth }, alerts }] });
  await write("own.json", {
    clusters: [{ name: "prod", cluster: { server: secure.url, "certificate-authority-data": btoa(secure.ca) } }],
    users: [{ name: "me", user: { token: TOKEN } }],
    contexts: [{ name: "prod", context: { cluster: "prod", user: "me" } }],
    "current-context": "prod",
  });
  const service = { namespace: "kyma-system", name: "prometheus", port: 9090 };
  await write("rules.json", { clusters: [{ name: "prod", kubernetes: { kubeconfig: { file: "own.json" } }, alerts: { service } }] });
});
afterAll(async () => {
  await Promise.all([server.close(), secure.close()]);
  await rm(folder, { recursive: true });
});

async function write(name: string, document: object): Promise<void> {
  await writeFile(join(folder, name), JSON.stringify(document));
}

const OUTPUTS = ["table", "json"] as const;
const commands = [
  ["reconcile"],
  ["reconcile", "--dry-run"],
  ["explain", "-c", "prod"],
  ["cleanup", "-c", "prod"],
  ["cleanup", "-c", "prod", "--dry-run"],
  ["doctor", "--all"],
];

test.each(commands.flatMap((words) => OUTPUTS.map((output) => ({ words, output }))))(
  "$words -o $output shows no login that a server repeats",
  async ({ words, output }) => {
    const { code, stdout, stderr } = await alertstatus([...words, "-f", join(folder, "fleet.json"), "-o", output], { CANARY: TOKEN });
    expect(code).not.toBe(2);
    expect(stdout + stderr).toContain("[redacted]");
    expect(stdout + stderr).not.toMatch(/c4n4ry/);
  },
);

test.each(OUTPUTS)("rules sync -o %s shows no login that the API server repeats", async (output) => {
  const { code, stdout, stderr } = await alertstatus(["rules", "sync", "-f", join(folder, "rules.json"), "-o", output]);
  expect(code).toBe(1);
  expect(stdout + stderr).toContain("for [redacted]");
  expect(stdout + stderr).not.toMatch(/c4n4ry/);
});
