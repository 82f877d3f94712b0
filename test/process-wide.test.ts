// What holds for every process: patterns of a fleet's author run in linear time, and certificates are always verified.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openConnections, toEndpoint } from "../functions/io/http/connections.ts";
import { get } from "../functions/io/http/request.ts";
import { aClient, aLogin } from "./support/client.ts";
import { type SecureServer, serveSecurely } from "./support/secure-server.ts";

const FUNCTIONS = join(import.meta.dirname, "../functions");
// A pattern that takes steps back takes longer than anything else in the tests.
const KILLED_AFTER_MS = 50_000;

/** What a process prints that begins with config.ts, as every entry does; "killed" where it does not end. */
function runBeginning(code: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const program = `await import(${JSON.stringify(join(FUNCTIONS, "config.ts"))});\n${code}`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    env: { ...process.env, NODE_NO_WARNINGS: "1", ...env },
    timeout: KILLED_AFTER_MS,
    killSignal: "SIGKILL",
  });
  let printed = "";
  child.stdout.on("data", (chunk) => {
    printed += chunk;
  });
  child.stderr.on("data", (chunk) => {
    printed += chunk;
  });
  return new Promise((resolve) => child.on("close", (_, signal) => resolve(signal === null ? printed.trim() : "killed")));
}

describe("a pattern of a fleet's author", () => {
  test("ends where it would step back for ever", async () => {
    const identify = { name: "queue", unlabelled: "every", carries: "([a-z0-9]+-?)+" };
    const resource = { name: `${"a".repeat(60)}!`, of: { kind: "Queue" } };
    const code = `
      const { uncarriedKinds } = await import(${JSON.stringify(join(FUNCTIONS, "core/verdict/matching.ts"))});
      console.log([...uncarriedKinds({ identify: ${JSON.stringify(identify)} }, [${JSON.stringify(resource)}])].join());`;
    expect(await runBeginning(code)).toBe("Queue");
  });
});

describe("a certificate of an unknown authority", () => {
  let server: SecureServer;
  beforeAll(async () => {
    server = await serveSecurely((_, response) => void response.end("{}"));
  });
  afterAll(() => server.close());

  test("is refused on Node's own connections, whatever the environment says", async () => {
    const code = `
      const { get } = await import("node:https");
      get(${JSON.stringify(server.url)}, () => console.log("let in")).on("error", ({ code }) => console.log(code));`;
    expect(await runBeginning(code, { NODE_TLS_REJECT_UNAUTHORIZED: "0" })).toMatch(/^(SELF_SIGNED|UNABLE_TO|DEPTH_ZERO)/);
  });

  test("is refused on the connections of a pass, whatever the environment says", async () => {
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    const connections = openConnections();
    const headers = { authorization: "Bearer canary" };
    const endpoint = toEndpoint({ origin: server.url, basePath: "", headers, secrets: ["canary"] });
    await expect(get(aClient(connections, aLogin(endpoint)), "/")).rejects.toMatchObject({ code: "tls" });
    await connections.close();
    vi.unstubAllEnvs();
  });
});
