import { describe, expect, test } from "vitest";
import { parse, parseDocument } from "yaml";
import { alertstatus } from "./alertstatus.ts";

const URL = "https://abc.lambda-url.eu-central-1.on.aws/";
const CANARY = "canary-of-the-receivers-secret-1234567890";
const secret = { STAGE: "prod", RECEIVER_SECRET: "env:CANARY", CANARY };

const receiver = (words: string, environment: NodeJS.ProcessEnv = secret) => alertstatus(["receiver", ...words.split(" ")], environment);
const config = (words: string, environment?: NodeJS.ProcessEnv) => receiver(`config --cluster eu ${words}`, environment);

describe("receiver token", () => {
  test("prints the token of a cluster, and nothing else", async () => {
    const { code, stdout, stderr } = await receiver("token --cluster eu");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^as2\.1\.[\w-]{43}\n$/);
    expect(await receiver("token --cluster us")).not.toMatchObject({ stdout });
  });

  test("takes the secret that it is pointed at", async () => {
    const [own, other] = await Promise.all([
      receiver("token --cluster eu"),
      receiver("token --stage prod --cluster eu --secret env:OTHER", { OTHER: CANARY }),
    ]);
    expect(other).toEqual(own);
  });

  test("prints another token for another stage", async () => {
    const [prod, dev] = await Promise.all([receiver("token --cluster eu"), receiver("token --cluster eu --stage dev")]);
    expect(dev.stdout).not.toBe(prod.stdout);
  });

  test.each([
    {
      wrong: "no stage",
      words: "token --cluster eu",
      environment: { ...secret, STAGE: "" },
      told: "set STAGE, or in the terminal give --stage",
      code: 2,
    },
    {
      wrong: "no secret",
      words: "token --cluster eu",
      environment: { STAGE: "prod" },
      told: "set RECEIVER_SECRET, or give --secret",
      code: 2,
    },
    { wrong: "a secret in place of a reference", words: `token --cluster eu --secret ${CANARY}`, told: "a reference is expected", code: 2 },
    {
      wrong: "a short secret",
      words: "token --cluster eu",
      environment: { ...secret, CANARY: "canary-short" },
      told: "at least 32 bytes",
      code: 2,
    },
    { wrong: "a secret that is not there", words: "token --cluster eu --secret env:NOWHERE", told: "NOWHERE is missing or empty", code: 1 },
    {
      wrong: "a secret in a file that is none",
      words: "token --cluster eu --secret file:/",
      told: "the file / cannot be read: EISDIR",
      code: 1,
    },
    { wrong: "no cluster", words: "token", told: "--cluster", code: 2 },
    { wrong: "a name that no cluster has", words: "token --cluster EU", told: "the name of a cluster is expected", code: 2 },
  ])("refuses $wrong", async ({ words, environment = secret, told, code }) => {
    const ended = await receiver(words, environment);
    expect(ended).toMatchObject({ code, stdout: "", stderr: expect.stringContaining(told) });
    expect(ended.stderr).not.toContain("canary");
  });
});

describe("receiver config", () => {
  test("prints what Prometheus needs, with the place of a token and how to fill it, and asks for no secret", async () => {
    const { code, stdout } = await config(`--format prometheus --url ${URL}`, {});
    expect(code).toBe(0);
    expect(stdout).toContain("receiver token --cluster eu > /etc/prometheus/alertstatus.token");
    const alertmanager = {
      scheme: "https",
      path_prefix: "/clusters/eu",
      authorization: { credentials_file: "/etc/prometheus/alertstatus.token" },
      static_configs: [{ targets: ["abc.lambda-url.eu-central-1.on.aws"] }],
    };
    expect(parse(stdout)).toEqual({ alerting: { alertmanagers: [alertmanager] } });
  });

  test("prints what an Alertmanager needs", async () => {
    const { stdout } = await config("--format alertmanager --token-file /run/token", { RECEIVER_URL: URL });
    expect(parse(stdout)).toMatchObject({
      route: { routes: [{ receiver: "alertstatus-eu", continue: true, group_wait: "0s" }] },
      receivers: [
        {
          name: "alertstatus-eu",
          webhook_configs: [{ url: `${URL}clusters/eu/webhook`, http_config: { authorization: { credentials_file: "/run/token" } } }],
        },
      ],
    });
  });

  test.each([
    {
      sender: "a Thanos Ruler",
      format: "thanos",
      block: {
        alertmanagers: [
          {
            scheme: "https",
            path_prefix: "/clusters/eu",
            http_config: { bearer_token_file: "/etc/thanos/alertstatus.token" },
            static_configs: ["abc.lambda-url.eu-central-1.on.aws"],
          },
        ],
      },
      told: "receiver token --cluster eu > /etc/thanos/alertstatus.token",
    },
    {
      sender: "vmalert",
      format: "vmalert",
      block: {
        scheme: "https",
        path_prefix: "/clusters/eu",
        bearer_token_file: "/etc/vmalert/alertstatus.token",
        static_configs: [{ targets: ["abc.lambda-url.eu-central-1.on.aws"] }],
      },
      told: "receiver token --cluster eu > /etc/vmalert/alertstatus.token",
    },
    {
      sender: "a ruler of Mimir",
      format: "mimir",
      block: {
        ruler: {
          alertmanager_url: `${URL}clusters/eu`,
          // biome-ignore lint/suspicious/noTemplateCurlyInString: Mimir replaces it.
          alertmanager_client: { basic_auth_username: "eu", basic_auth_password: "${ALERTSTATUS_TOKEN}" },
        },
      },
      told: "ALERTSTATUS_TOKEN=$(npm run -s cli -- receiver token --cluster eu)",
    },
  ])("prints what $sender needs, and how its token gets there", async ({ format, block, told }) => {
    const { stdout } = await config(`--format ${format} --url ${URL}`, {});
    expect(parse(stdout)).toEqual(block);
    expect(stdout).toContain(told);
  });

  test.each([
    { format: "prometheus", at: ["alerting", "alertmanagers", 0, "authorization", "credentials"] },
    { format: "alertmanager", at: ["receivers", 0, "webhook_configs", 0, "http_config", "authorization", "credentials"] },
    { format: "thanos", at: ["alertmanagers", 0, "http_config", "bearer_token"] },
    { format: "vmalert", at: ["bearer_token"] },
    { format: "mimir", at: ["ruler", "alertmanager_client", "basic_auth_password"] },
  ])("writes the token itself for $format where it is asked to", async ({ format, at }) => {
    const [{ stdout: token }, { stdout }] = await Promise.all([
      receiver("token --cluster eu"),
      config(`--format ${format} --url ${URL} --inline-token`),
    ]);
    expect(parseDocument(stdout).getIn(at)).toBe(token.trim());
    expect(stdout).not.toContain(CANARY);
  });

  test.each([
    { wrong: "no sender", words: `--url ${URL}`, told: "--format" },
    { wrong: "a sender that it does not know", words: `--url ${URL} --format grafana`, told: "prometheus, alertmanager" },
    { wrong: "no URL", words: "--format prometheus", told: "--url" },
    {
      wrong: "a URL that lets others read the token",
      words: "--format prometheus --url http://receiver.example",
      told: "https: is needed",
    },
    { wrong: "a URL with a password", words: "--format prometheus --url https://me:canary@receiver.example", told: "carries no user name" },
    {
      wrong: "a token in two places",
      words: `--format prometheus --url ${URL} --inline-token --token-file t`,
      told: "cannot be used with",
    },
    {
      wrong: "a file for a ruler that reads none",
      words: `--format mimir --url ${URL} --token-file t`,
      told: "reads no token from a file",
    },
  ])("refuses $wrong", async ({ words, told }) => {
    const ended = await config(words, {});
    expect(ended).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(told) });
    expect(ended.stderr).not.toContain("canary");
  });
});
