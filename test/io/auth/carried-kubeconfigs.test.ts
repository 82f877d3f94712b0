import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { reconcile, setTrap, type Trap } from "../../cli/hostile.ts";
import { type SecretStore, startSecretStore } from "../../support/secret-store.ts";

let store: SecretStore;
let trap: Trap;
beforeAll(async () => {
  store = await startSecretStore();
});
afterAll(() => store.close());
beforeEach(async () => {
  trap = await setTrap();
});
afterEach(() => trap.close());

type Parts = { cluster?: object; user?: object; others?: readonly object[] };

/** What becomes of a cluster whose kubeconfig is kept in the Parameter Store; its server is the sink. */
function pass({ cluster = {}, user = { token: "canary" }, others = [] }: Parts) {
  const text = stringify({
    "current-context": "prod",
    contexts: [{ name: "prod", context: { cluster: "prod", user: "prod" } }],
    clusters: [{ name: "prod", cluster: { server: `https://127.0.0.1:${trap.sink.port}`, ...cluster } }],
    users: [{ name: "prod", user }, ...others],
  });
  return passWith(text);
}

function passWith(text: string) {
  store.parameters.set("/kubeconfig", text);
  return reconcile(trap, { kubernetes: { kubeconfig: { ssm: "/kubeconfig" } } });
}

test("a kubeconfig of the Parameter Store leads to its server", async () => {
  await pass({});
  expect(trap.sink.connections()).toBeGreaterThan(0);
});

describe("it is no way around", () => {
  const touch = (file: string) => ({ exec: { apiVersion: "client.authentication.k8s.io/v1", command: "touch", args: [file] } });
  const unusable = (told: RegExp) => ({ was: "misconfigured", code: "kubeconfig-unusable", message: expect.stringMatching(told) });

  test("by a plugin, which is not run", async () => {
    const file = join(trap.folder, "was-run");
    expect(await pass({ user: touch(file) })).toMatchObject(unusable(/^the parameter \/kubeconfig: exec: .* runs no program here/));
    expect({ isRun: existsSync(file), connections: trap.sink.connections() }).toEqual({ isRun: false, connections: 0 });
  });

  test("by a plugin of somebody else in it", async () => {
    const file = join(trap.folder, "was-run");
    await pass({ others: [{ name: "other", user: touch(file) }] });
    expect({ isRun: existsSync(file), isReached: trap.sink.connections() > 0 }).toEqual({ isRun: false, isReached: true });
  });

  test.each([
    { what: "a token", part: (file: string) => ({ user: { tokenFile: file } }) },
    { what: "a client certificate", part: (file: string) => ({ user: { "client-certificate": file, "client-key": file } }) },
    { what: "an authority", part: (file: string) => ({ cluster: { "certificate-authority": file } }) },
  ])("by a file of this machine as $what", async ({ part }) => {
    const file = join(trap.folder, "canary");
    await writeFile(file, "canary");
    expect(await pass(part(file))).toMatchObject(unusable(/reads no file here/));
    expect(trap.sink.connections()).toBe(0);
  });

  test("by a file that is not there, of somebody else in it", async () => {
    await pass({ others: [{ name: "other", user: { tokenFile: join(trap.folder, "missing") } }] });
    expect(trap.sink.connections()).toBeGreaterThan(0);
  });

  test.each([
    { what: "no verification", parts: { cluster: { "insecure-skip-tls-verify": true } }, told: /skips the verification/ },
    { what: "a proxy", parts: { cluster: { "proxy-url": "http://127.0.0.1:1" } }, told: /proxy/ },
    { what: "another name in the certificate", parts: { cluster: { "tls-server-name": "a" } }, told: /no other name/ },
    { what: "somebody else's rights", parts: { user: { token: "canary", as: "system:admin" } }, told: /impersonates another user/ },
    { what: "a metadata address", parts: { cluster: { server: "https://169.254.169.254" } }, told: /never contacted/ },
    { what: "plain http", parts: { cluster: { server: "http://api.example" } }, told: /https: is needed here/ },
  ])("by $what", async ({ parts, told }) => {
    const outcome = await pass(parts);
    expect(outcome).toMatchObject(unusable(told));
    expect(JSON.stringify(outcome)).not.toContain("canary");
    expect(trap.sink.connections()).toBe(0);
  });

  test.each(["canary", "{canary", "a: [canary", "current-context: canary\ncontexts: *canary", "- canary", "!!js/function canary"])(
    "by being none, which is told without what it holds: %j",
    async (text) => {
      const outcome = await passWith(text);
      expect(outcome).toMatchObject(unusable(/^the parameter \/kubeconfig: /));
      expect(JSON.stringify(outcome)).not.toContain("canary");
    },
  );
});
