// Tries the commands that print a push token and the configuration of each sender.

import { describe, expect, test } from "vitest";
import { parse, parseDocument } from "yaml";
import { alertstatus } from "./alertstatus.ts";

const URL = "https://abc.lambda-url.eu-central-1.on.aws/";
const CANARY = "canary-of-the-receivers-secret-1234567890";
const secret = { STAGE: "prod", RECEIVER_SECRET: "env:CANARY", CANARY };

const receiver = (words: string, environment: NodeJS.ProcessEnv = secret) => alertstatus(["receiver", ...words.split(" ")], environment);
const config = (words: string, environment?: NodeJS.ProcessEnv) => receiver(`config --cluster eu ${words}`, environment);

describe("receiver token", () => {
  test("prints the token of a cluster and nothing else", async () => {
    const { code, stdout, stderr } = await receiver("token --cluster eu");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^as2\.1\.[\w-]{43}\n$/);
    expect(await receiver("token --cluster moon")).not.toMatchObject({ stdout });
  });

  test("reads the secret that --secret refers to", async () => {
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
    { wrong: "no stage", words: "token --cluster eu", environment: { ...secret, STAGE: "" }, says: "set STAGE", code: 2 },
    {
      wrong: "no secret",
      words: "token --cluster eu",
      environment: { STAGE: "prod" },
      says: "set RECEIVER_SECRET, or give --secret",
      code: 2,
    },
    { wrong: "a secret in place of a reference", words: `token --cluster eu --secret ${CANARY}`, says: "a reference is expected", code: 2 },
    {
      wrong: "a short secret",
      words: "token --cluster eu",
      environment: { ...secret, CANARY: "canary-short" },
      says: "at least 32 bytes",
      code: 2,
    },
    { wrong: "a missing secret", words: "token --cluster eu --secret env:NOWHERE", says: "NOWHERE is missing or empty", code: 1 },
    {
      wrong: "a secret in a file that is none",
      words: "token --cluster eu --secret file:/",
      says: "the file / cannot be read: EISDIR",
      code: 1,
    },
    { wrong: "no cluster", words: "token", says: "--cluster", code: 2 },
    { wrong: "an invalid name of a cluster", words: "token --cluster EU", says: "write the name of a cluster", code: 2 },
  ])("refuses $wrong", async ({ words, environment = secret, says, code }) => {
    const ended = await receiver(words, environment);
    expect(ended).toMatchObject({ code, stdout: "", stderr: expect.stringContaining(says) });
    expect(ended.stderr).not.toContain("canary");
  });
});

describe("receiver config", () => {
  test("prints the block for Prometheus with the path of a token file, and reads no secret", async () => {
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

  test("prints the block for an Alertmanager", async () => {
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
      says: "receiver token --cluster eu > /etc/thanos/alertstatus.token",
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
      says: "receiver token --cluster eu > /etc/vmalert/alertstatus.token",
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
      says: "ALERTSTATUS_TOKEN=$(alertstatus receiver token --cluster eu)",
    },
  ])("prints the block for $sender, and the command that provides its token", async ({ format, block, says }) => {
    const { stdout } = await config(`--format ${format} --url ${URL}`, {});
    expect(parse(stdout)).toEqual(block);
    expect(stdout).toContain(says);
  });

  test.each([
    { format: "prometheus", at: ["alerting", "alertmanagers", 0, "authorization", "credentials"] },
    { format: "alertmanager", at: ["receivers", 0, "webhook_configs", 0, "http_config", "authorization", "credentials"] },
    { format: "thanos", at: ["alertmanagers", 0, "http_config", "bearer_token"] },
    { format: "vmalert", at: ["bearer_token"] },
    { format: "mimir", at: ["ruler", "alertmanager_client", "basic_auth_password"] },
  ])("prints the token itself for $format with --inline-token", async ({ format, at }) => {
    const [{ stdout: token }, { stdout }] = await Promise.all([
      receiver("token --cluster eu"),
      config(`--format ${format} --url ${URL} --inline-token`),
    ]);
    expect(parseDocument(stdout).getIn(at)).toBe(token.trim());
    expect(stdout).not.toContain(CANARY);
  });

  test.each([
    { wrong: "no sender", words: `--url ${URL}`, says: "--format" },
    { wrong: "an unknown sender", words: `--url ${URL} --format grafana`, says: "prometheus, alertmanager" },
    { wrong: "no URL", words: "--format prometheus", says: "--url" },
    {
      wrong: "a URL that lets others read the token",
      words: "--format prometheus --url http://receiver.example",
      says: "https: is needed",
    },
    { wrong: "a URL with a password", words: "--format prometheus --url https://me:canary@receiver.example", says: "carries no user name" },
    {
      wrong: "a token in two places",
      words: `--format prometheus --url ${URL} --inline-token --token-file t`,
      says: "cannot be used with",
    },
    {
      wrong: "a file for a ruler that reads none",
      words: `--format mimir --url ${URL} --token-file t`,
      says: "reads no token from a file",
    },
  ])("refuses $wrong", async ({ words, says }) => {
    const ended = await config(words, {});
    expect(ended).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(says) });
    expect(ended.stderr).not.toContain("canary");
  });
});
