import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { clock } from "../../../functions/clock.ts";
import { remedies } from "../../../functions/core/errors.ts";
import { parseFleet } from "../../../functions/core/fleet/fleet.ts";
import { openLogins } from "../../../functions/io/auth/logins.ts";
import { reconcile, setTrap, type Trap } from "../../cli/hostile.ts";
import { type SecretStore, startSecretStore } from "../../support/secret-store.ts";

const HOME = "https://api.example:6443";
const CANARY = "canary/of+the?secret";
const PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";

let store: SecretStore;
let trap: Trap;
beforeAll(async () => {
  store = await startSecretStore();
});
afterAll(() => store.close());
beforeEach(async () => {
  trap = await setTrap();
  hold({ server: HOME, token: CANARY });
});
afterEach(() => trap.close());

function hold(value: object): void {
  process.env.TEST_PINNED = JSON.stringify(value);
  store.parameters.set("/pinned", JSON.stringify(value));
  store.secrets.set("pinned", JSON.stringify(value));
}

const ref = { ssm: "/pinned" };

/** What a cluster's API server, or its one source of alerts, is sent. */
async function sent(kubernetes: object, alerts?: object) {
  const [entry] = parseFleet({ clusters: [{ name: "a", kubernetes, ...(alerts && { alerts }) }] }).clusters;
  const [source] = entry!.alerts;
  const logins = openLogins({ clock });
  const login = alerts && "url" in source! ? logins.ofSource(source, ".") : logins.ofCluster(entry!, ".");
  return login.endpoint();
}

describe("a secret that names its server is sent there", () => {
  test.each([
    { what: "by its origin", server: HOME },
    { what: "below a path", server: `${HOME}/clusters/a` },
    { what: "in another spelling", server: "HTTPS://API.example:6443/" },
  ])("$what", async ({ server }) => {
    expect(await sent({ server, auth: { token: ref } })).toMatchObject({
      headers: { authorization: `Bearer ${CANARY}` },
      secrets: [CANARY],
    });
  });

  test("also as it stands in the secret with a port that goes without saying", async () => {
    hold({ server: "https://api.example:443/x", token: CANARY });
    expect(await sent({ server: "https://api.example", auth: { token: ref } })).toMatchObject({ secrets: [CANARY] });
  });

  test.each([
    { what: "a bearer token", alerts: { url: HOME, auth: { bearer: ref } }, headers: { authorization: `Bearer ${CANARY}` } },
    { what: "a header", alerts: { url: HOME, headers: { "X-Api-Key": ref } }, headers: { "x-api-key": CANARY } },
    {
      what: "a field of it by its key",
      alerts: { url: HOME, headers: { "X-Api-Key": { secret: "pinned", key: "token" } } },
      headers: { "x-api-key": CANARY },
    },
  ])("as $what of a source", async ({ alerts, headers }) => {
    expect(await sent({ server: HOME }, alerts)).toMatchObject({ headers });
  });

  test("as a password", async () => {
    hold({ server: HOME, password: CANARY });
    const authorization = `Basic ${btoa(`u:${CANARY}`)}`;
    expect(await sent({ server: HOME }, { url: HOME, auth: { basic: { username: "u", password: ref } } })).toMatchObject({
      headers: { authorization },
    });
  });

  test("as a client certificate and its key", async () => {
    hold({ server: HOME, certificate: "crt", key: CANARY });
    expect(await sent({ server: HOME, auth: { certificate: ref, key: ref } })).toMatchObject({ certificate: "crt", key: CANARY });
  });
});

describe("the CA that is kept beside it", () => {
  test("counts where the fleet names none", async () => {
    hold({ server: HOME, token: CANARY, ca: PEM });
    expect(await sent({ server: HOME, auth: { token: ref } })).toMatchObject({ ca: PEM });
  });

  test("does not count where the fleet names one", async () => {
    hold({ server: HOME, token: CANARY, ca: PEM });
    store.parameters.set("/ca", "of the fleet");
    expect(await sent({ server: HOME, ca: { ssm: "/ca" }, auth: { token: ref } })).toMatchObject({ ca: "of the fleet" });
  });
});

describe("and nowhere else", () => {
  const at = (port: number) => `http://127.0.0.1:${port}`;
  const whole = [{ ssm: "/pinned" }, { secret: "pinned" }, { env: "TEST_PINNED" }];
  const byKey = { secret: "pinned", key: "token" };

  test.each([...whole, byKey])("as a token of an API server: %j", async (token) => {
    const outcome = await reconcile(trap, { kubernetes: { server: at(trap.sink.port), auth: { token } } });
    expect(outcome).toMatchObject({ was: "misconfigured", code: "secret-elsewhere" });
    expect(remedies[outcome!.code!]).toContain("is sent to no other");
    expect(outcome?.message).toMatch(
      /^the (parameter|secret|environment variable) \S+ names another server than http:\/\/127\.0\.0\.1:\d+$/,
    );
    expect(trap.sink.connections()).toBe(0);
    expect(JSON.stringify(outcome)).not.toMatch(/canary|Y2FuYXJ5/);
  });

  const elsewhere = { kubernetes: { server: "http://127.0.0.1:1" } };
  test.each([
    { what: "a bearer token", login: { auth: { bearer: ref } } },
    { what: "a password", login: { auth: { basic: { username: "u", password: ref } } } },
    { what: "a password by its key", login: { auth: { basic: { username: "u", password: byKey } } } },
    { what: "a header", login: { headers: { "X-Api-Key": ref } } },
    { what: "a client key", login: { auth: { certificate: ref, key: byKey } } },
  ])("as $what of a source", async ({ login }) => {
    const outcome = await reconcile(trap, { ...elsewhere, alerts: { url: at(trap.sink.port), ...login } });
    expect(outcome).toMatchObject({ alerts: { was: "unreadable", code: "secret-elsewhere" } });
    expect(trap.sink.connections()).toBe(0);
    expect(JSON.stringify(outcome)).not.toMatch(/canary|Y2FuYXJ5/);
  });

  test.each([
    "https://api.example",
    "http://api.example:6443",
    "https://api.example.:6443",
    "https://evil.example:6443",
    "https://api.example:64430",
  ])("not to %s", async (server) => {
    store.secrets.set("pinned", JSON.stringify({ server: HOME, token: CANARY }));
    const kubernetes = { server: server.replace("http:", "https:"), auth: { token: byKey } };
    if (server.startsWith("http:")) hold({ server, token: CANARY });
    await expect(sent(kubernetes)).rejects.toMatchObject({ code: "secret-elsewhere" });
  });

  test.each([7, null, "", "api.example", [HOME], {}])("and to nobody where the server that it names is %j", async (server) => {
    hold({ server, token: CANARY });
    await expect(sent({ server: HOME, auth: { token: ref } })).rejects.toMatchObject({ code: "secret-elsewhere" });
  });
});

test.each([`{"server":"${HOME}","token":"${CANARY}",}`, `{"server":"${HOME}","token":"${CANARY}"`, `{server: ${HOME}, token: ${CANARY}}`])(
  "what begins like an object and is none is sent nowhere: %s",
  async (text) => {
    store.parameters.set("/pinned", text);
    const told = expect.objectContaining({ code: "secret-unreadable", message: expect.not.stringContaining(CANARY) });
    await expect(sent({ server: "https://evil.example", auth: { token: ref } })).rejects.toEqual(told);
    await expect(sent({ server: HOME }, { url: HOME, headers: { "X-Api-Key": ref } })).rejects.toEqual(told);
  },
);

test.each([{ server: HOME }, { server: HOME, token: 7 }, { server: HOME, token: "" }, { user: CANARY }])(
  "an object without a token is none: %j",
  async (value) => {
    hold(value);
    const told = { code: "secret-unreadable", message: "the parameter /pinned holds no JSON object with a text under token" };
    await expect(sent({ server: HOME, auth: { token: ref } })).rejects.toMatchObject(told);
  },
);
