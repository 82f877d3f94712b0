// What the author of a remote fleet cannot have: the identity of the process that reads it, an unbound secret, a server of this machine.

import { spawnSync } from "node:child_process";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { clock } from "../../../functions/clock.ts";
import { bindingCommand } from "../../../functions/core/access/binding.ts";
import { parseFleet } from "../../../functions/core/fleet/fleet.ts";
import { openLogins } from "../../../functions/io/auth/logins.ts";
import { openConnections } from "../../../functions/io/http/connections.ts";
import { get } from "../../../functions/io/http/request.ts";
import { alertstatus } from "../../cli/alertstatus.ts";
import { everyNameTo } from "../../cli/hostile.ts";
import { type Sink, startSink } from "../../cli/sink.ts";
import { aClient, aLogin } from "../../support/client.ts";
import { type SecretStore, startSecretStore } from "../../support/secret-store.ts";

const HOME = "https://api.example:6443";
const CANARY = "canary-of-the-secret";

let store: SecretStore;
beforeAll(async () => {
  store = await startSecretStore();
});
afterAll(() => store.close());
beforeEach(() => {
  store.calls.length = 0;
});

/** What the API server, or the one source of a remote fleet, is sent. */
async function sent(kubernetes: object, alerts?: object) {
  const [entry] = parseFleet({ clusters: [{ name: "a", kubernetes, ...(alerts && { alerts }) }] }, { isRemote: true }).clusters;
  const [source] = entry!.alerts;
  const logins = openLogins({ clock });
  return (alerts && "url" in source! ? logins.ofSource(source, undefined) : logins.ofCluster(entry!, undefined)).endpoint();
}

describe("the identity of a person is withheld from a remote fleet", () => {
  const APS = "https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-1";
  const kinds = [
    { what: "web identity", kubernetes: { server: "https://evil.example", auth: { webIdentity: {} } } },
    { what: "a token of EKS", kubernetes: { eks: { name: "prod", region: "eu-central-1" } } },
    {
      what: "a role for EKS",
      kubernetes: { eks: { name: "prod", region: "eu-central-1", roleArn: "arn:aws:iam::123456789012:role/alertstatus-prod-a" } },
    },
  ];
  const service = { namespace: "monitoring", name: "prometheus", port: 9090 };

  test.each(kinds.flatMap((kind) => ["reconcile", "explain", "doctor", "cleanup", "rules sync"].map((command) => ({ ...kind, command }))))(
    "as $what, by $command",
    async ({ kubernetes, command }) => {
      store.parameters.set("/fleet", JSON.stringify({ clusters: [{ name: "a", kubernetes, alerts: { service } }] }));
      const { code, stdout, stderr } = await alertstatus([...command.split(" "), "--fleet", "ssm:/fleet", "--cluster", "a"]);
      expect(code).toBe(1);
      expect(stdout.replaceAll(/\s+/g, " ") + stderr).toContain("--trust-fleet");
      expect(store.calls).toEqual(["GetParameter /fleet"]);
    },
  );

  test("as a signature", async () => {
    await expect(sent({ server: HOME }, { url: APS, auth: { sigv4: { region: "eu-central-1" } } })).rejects.toMatchObject({
      code: "identity-withheld",
    });
  });

  test("unless the person trusts its author", async () => {
    store.parameters.set("/fleet", JSON.stringify({ clusters: [{ name: "a", kubernetes: kinds[0]!.kubernetes, alerts: { service } }] }));
    const { stderr } = await alertstatus(["explain", "--fleet", "ssm:/fleet", "--cluster", "a", "--trust-fleet"]);
    expect(stderr).toContain("names a stage, and none is known: set STAGE");
  });
});

describe("an unbound secret of a remote fleet", () => {
  beforeEach(() => {
    store.parameters.set("/plain", CANARY);
    store.secrets.set("object", JSON.stringify({ token: CANARY, password: CANARY }));
  });
  const refs = [{ ssm: "/plain" }, { secret: "object" }, { secret: "object", key: "token" }];

  test.each(refs)("is sent to no API server: %j", async (token) => {
    await expect(sent({ server: HOME, auth: { token } })).rejects.toMatchObject({
      code: "secret-unbound",
      message: expect.not.stringContaining(CANARY),
    });
  });

  test.each([
    { as: "a bearer token", login: { auth: { bearer: { ssm: "/plain" } } } },
    { as: "a password", login: { auth: { basic: { username: "u", password: { secret: "object" } } } } },
    { as: "a header", login: { headers: { "X-Scope": { ssm: "/plain" } } } },
  ])("is sent to no source, as $as", async ({ login }) => {
    await expect(sent({ server: HOME }, { url: "https://evil.example", ...login })).rejects.toMatchObject({ code: "secret-unbound" });
  });

  test.each(refs)("is sent once the printed command has bound it: %j", async (token) => {
    const message: string = await sent({ server: HOME, auth: { token } }).then(
      () => "",
      (error: Error) => error.message,
    );
    const [, command = ""] = /: (aws .*)$/.exec(message) ?? [];
    const bound = carriedOut(command);
    expect(bound).toMatchObject({ server: HOME, token: CANARY });
    if ("ssm" in token) store.parameters.set(token.ssm!, JSON.stringify(bound));
    else store.secrets.set(token.secret, JSON.stringify(bound));
    expect(await sent({ server: HOME, auth: { token } })).toMatchObject({ headers: { authorization: `Bearer ${CANARY}` } });
  });

  test("stays where it is when a client certificate is shown, which gives nothing away", async () => {
    const ref = { ssm: "/plain" };
    expect(await sent({ server: HOME, auth: { certificate: ref, key: ref } })).toMatchObject({ secrets: [], key: CANARY });
  });
});

describe("the command that binds a secret", () => {
  const ref = { ssm: "/plain" };
  test.each(["https://$(id).example", "https://a';id;'.example", "https://`id`.example", 'https://a".example'])(
    "is not printed for a host that a shell would obey: %s",
    (origin) => {
      expect(bindingCommand({ ref, origin, field: "token", isObject: false })).toBeUndefined();
    },
  );
});

// The AWS command line by a function that reads and writes these stores.
function carriedOut(command: string): object {
  const values = Object.fromEntries([...store.parameters, ...store.secrets]);
  const stub = `aws() { case "$2" in get-*) printf '%s\\n' "$VALUE";; *) for word; do last="$word"; done; printf '%s' "$last";; esac; }`;
  const [, name = ""] = /--(?:name|secret-id)=(\S+)/.exec(command) ?? [];
  const jq = `jq() { "$NODE" -e '${JQ.replaceAll("'", "'\\''")}' -- "$@"; }`;
  const environment = { PATH: process.env.PATH, NODE: process.execPath, VALUE: values[name] };
  const { stdout, stderr } = spawnSync("bash", ["-c", `${stub}\n${jq}\n${command}`], { env: environment, encoding: "utf8" });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

// The two programs that the commands have, for machines without jq.
const JQ = `
  const [, flags, program] = process.argv;
  const input = require("node:fs").readFileSync(0, "utf8").replace(/\\n$/, "");
  const [, server] = /server:"([^"]+)"/.exec(program);
  const [, field] = /,(\\w+):\\.}/.exec(program) ?? [];
  console.log(JSON.stringify(flags === "-Rc" ? { server, [field]: input } : { ...JSON.parse(input), server }));
`;

describe("a document that is kept under a reference is sent to no server", () => {
  const PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIICANARY\n-----END RSA PRIVATE KEY-----";
  const KUBECONFIG = "apiVersion: v1\nkind: Config\nusers: [{name: a, user: {token: canary}}]";
  test.each([PEM, KUBECONFIG, btoa(PEM), btoa(KUBECONFIG)])("as token, password or header: %j", async (text) => {
    store.parameters.set("/document", text);
    const ref = { ssm: "/document" };
    const attempts = [
      sent({ server: HOME, auth: { token: ref } }),
      sent({ server: HOME }, { url: HOME, auth: { bearer: ref } }),
      sent({ server: HOME }, { url: HOME, auth: { basic: { username: "u", password: ref } } }),
      sent({ server: HOME }, { url: HOME, headers: { "X-A": ref } }),
    ];
    for (const attempt of attempts)
      await expect(attempt).rejects.toMatchObject({ code: "secret-unreadable", message: expect.not.stringMatching(/canary|MIIC/i) });
  });
});

describe("a name that leads to this machine", () => {
  let sink: Sink;
  beforeAll(async () => {
    sink = await startSink();
  });
  afterAll(() => sink.close());
  const opened: ReturnType<typeof openConnections>[] = [];
  afterEach(() => Promise.all(opened.splice(0).map((connections) => connections.close())));

  test.each(["127.0.0.1", "::1", "::ffff:127.0.0.1"])("is refused to a remote fleet after it is resolved: %s", async (address) => {
    const connections = openConnections({ resolve: everyNameTo(address) });
    opened.push(connections);
    const endpoint = await sent({ server: `https://rebound.example:${sink.port}` });
    await expect(get(aClient(connections, aLogin(endpoint)), "/")).rejects.toMatchObject({ code: "address-refused" });
    expect(sink.connections()).toBe(0);
  });
});
