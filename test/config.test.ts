import { describe, expect, test } from "vitest";
import { readConfig, requireBus, requireFleet, userFolder } from "../functions/config.ts";
import { ConfigError } from "../functions/core/errors.ts";

describe("the environment", () => {
  test("decides nothing that has no default", () => {
    expect(readConfig({})).toEqual({ tickMs: 60_000, pushPatienceMs: 750, shardSize: 200 });
  });

  test("decides everything", () => {
    const environment = {
      FLEET: "s3://bucket/fleet.json",
      BUS: "alertstatus-prod",
      RECEIVER_SECRET: "ssm:/alertstatus/prod/receiver",
      RECEIVER_URL: "https://receiver.example",
      TICK: "rate(5 minutes)",
      PUSH_PATIENCE: "2000",
      SHARD_SIZE: "50",
      TOPICS: "a=b",
      STAGE: "prod",
      AUDIENCES: "kubernetes, https://a.example",
      CORE_KINDS: "deployments.apps nodes",
      STATE_TABLE: "alertstatus-prod",
      AWS_LAMBDA_RUNTIME_API: "127.0.0.1:9001",
      HTTPS_PROXY: "proxy.example:3128",
      no_proxy: ".internal",
    };
    expect(readConfig(environment)).toEqual({
      fleet: "s3://bucket/fleet.json",
      bus: "alertstatus-prod",
      receiverSecret: { ssm: "/alertstatus/prod/receiver" },
      receiverUrl: "https://receiver.example",
      tickMs: 300_000,
      pushPatienceMs: 2_000,
      shardSize: 50,
      topics: "a=b",
      stage: "prod",
      audiences: ["kubernetes", "https://a.example"],
      coreKinds: ["deployments.apps", "nodes"],
      stateTable: "alertstatus-prod",
      runtimeApi: "127.0.0.1:9001",
      proxies: { https: "http://proxy.example:3128", none: ".internal" },
    });
  });

  test("says nothing by an empty text", () => {
    const names = [
      "ALERTSTATUS_FLEET",
      "FLEET",
      "BUS",
      "RECEIVER_SECRET",
      "RECEIVER_URL",
      "TICK",
      "SHARD_SIZE",
      "TOPICS",
      "STAGE",
      "CORE_KINDS",
      "STATE_TABLE",
      "HTTPS_PROXY",
      "NO_PROXY",
    ];
    expect(readConfig(Object.fromEntries(names.map((name) => [name, ""])))).toEqual(readConfig({}));
  });

  test("lists no audience by an empty text, and leaves open which there are by none", () => {
    expect([readConfig({ AUDIENCES: "" }).audiences, readConfig({}).audiences]).toEqual([[], undefined]);
  });

  test.each([
    { AUDIENCES: "*" },
    { AUDIENCES: `\${aws:username}` },
    { AUDIENCES: "alertstatus:prod:https://a.example" },
    { CORE_KINDS: "*" },
  ])("lists nothing that lets in more than is written: %j", (environment) => {
    expect(() => readConfig(environment)).toThrow(ConfigError);
  });

  test.each(["1s", "99", "10001"])("says how long a push waits by a number of milliseconds, and not by %s", (text) => {
    expect(() => readConfig({ PUSH_PATIENCE: text })).toThrow("PUSH_PATIENCE: write milliseconds from 100 to 10000");
  });

  test("names the fleet by ALERTSTATUS_FLEET before FLEET", () => {
    expect(readConfig({ FLEET: "one.yml", ALERTSTATUS_FLEET: "two.yml" }).fleet).toBe("two.yml");
  });

  test("names the user's folder where npm runs the command line, and nowhere else", () => {
    expect(userFolder({ npm_lifecycle_event: "cli", INIT_CWD: "/home/user" })).toBe("/home/user");
    expect(userFolder({ npm_lifecycle_event: "test", INIT_CWD: "/home/user" })).toBeUndefined();
    expect(userFolder({})).toBeUndefined();
  });

  test.each([
    { tick: "rate(1 minute)", ms: 60_000 },
    { tick: "rate(15 minutes)", ms: 900_000 },
    { tick: "rate(1 hour)", ms: 3_600_000 },
    { tick: "rate(2 days)", ms: 172_800_000 },
  ])("a tick of $tick is $ms ms", ({ tick, ms }) => {
    expect(readConfig({ TICK: tick }).tickMs).toBe(ms);
  });
});

describe("a variable that is wrong is named, with what to write", () => {
  test.each([
    "1 minute",
    "rate(0 minutes)",
    "rate(1 minutes)",
    "rate(5 minute)",
    "rate(30 seconds)",
    "cron(* * * * ? *)",
    "rate(-1 hours)",
  ])("TICK %s", (tick) => {
    expect(() => readConfig({ TICK: tick })).toThrow(new ConfigError("TICK: write rate(1 minute), rate(5 minutes) or rate(1 hour)"));
  });

  test.each(["0", "1001", "-5", "1.5", "many", "99999"])("SHARD_SIZE %s", (size) => {
    expect(() => readConfig({ SHARD_SIZE: size })).toThrow(new ConfigError("SHARD_SIZE: write a number from 1 to 1000"));
  });

  test("RECEIVER_SECRET, without what stands in it", () => {
    const reading = () => readConfig({ RECEIVER_SECRET: "canary-hunter2" });
    expect(reading).toThrow(ConfigError);
    expect(reading).toThrow(/^RECEIVER_SECRET: (?!.*canary-hunter2)/s);
  });

  test("FLEET and BUS, where they are not set", () => {
    expect(() => requireFleet(readConfig({}).fleet)).toThrow("set FLEET");
    expect(() => requireBus(readConfig({}).bus)).toThrow("set BUS");
  });
});
