import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { parseRef } from "../../../functions/core/access/ref.ts";
import { readSecret } from "../../../functions/io/auth/secret.ts";
import { type SecretStore, startSecretStore } from "../../support/secret-store.ts";

// No read waits for its turn: how many there are a second is held in test/io/aws/together.test.ts.
vi.mock("node:timers/promises", () => ({ setTimeout: async () => undefined }));

let store: SecretStore;
beforeAll(async () => {
  store = await startSecretStore();
});
afterAll(() => store.close());
beforeEach(() => {
  store.failWith();
  store.calls.length = 0;
  for (const map of [store.parameters, store.secrets, store.forbidden]) map.clear();
  store.parameters.set("/prod/token", "canary-1\n").set("/prod/empty", " ");
  store.secrets.set("prod", JSON.stringify({ token: "canary-2", port: 6443, blank: "" })).set("plain", "canary-3");
});

const read = (word: string) => readSecret(parseRef(word), undefined);

test.each([
  { word: "ssm:/prod/token", text: "canary-1" },
  { word: "secret:plain", text: "canary-3" },
  { word: "secret:prod#token", text: "canary-2" },
  { word: "secret:prod", text: '{"token":"canary-2","port":6443,"blank":""}' },
])("$word is read, decrypted and without a line end", async ({ word, text }) => {
  expect(await read(word)).toBe(text);
});

describe("what cannot be read is told by its name and the word of AWS", () => {
  const DENIED = "AccessDeniedException";
  test.each([
    { word: "ssm:/nowhere", told: "the parameter /nowhere cannot be read: ssm:GetParameter: ParameterNotFound" },
    { word: "ssm:/prod/empty", told: "the parameter /prod/empty is missing or empty" },
    { word: "secret:nowhere", told: "the secret nowhere cannot be read: secretsmanager:GetSecretValue: ResourceNotFoundException" },
    { word: "secret:prod#user", told: "the secret prod holds no JSON object with a text under user" },
    { word: "secret:prod#port", told: "the secret prod holds no JSON object with a text under port" },
    { word: "secret:prod#blank", told: "the secret prod holds no JSON object with a text under blank" },
    { word: "secret:prod#toString", told: "the secret prod holds no JSON object with a text under toString" },
    { word: "secret:plain#token", told: "the secret plain holds no JSON object with a text under token" },
    { word: "ssm:/mine", told: `the parameter /mine cannot be read: ssm:GetParameter: ${DENIED}` },
    { word: "secret:mine", told: `the secret mine cannot be read: secretsmanager:GetSecretValue: ${DENIED}` },
  ])("$word: $told", async ({ word, told }) => {
    store.forbidden.add("/mine").add("mine");
    await expect(read(word)).rejects.toMatchObject({ code: "secret-unreadable", message: told });
  });

  test("also where AWS asks for fewer requests, and then it is asked twice at the most", async () => {
    store.failWith("ThrottlingException");
    const told = "the secret plain cannot be read: secretsmanager:GetSecretValue: ThrottlingException";
    await expect(read("secret:plain")).rejects.toMatchObject({ code: "secret-unreadable", message: told });
    expect(store.calls).toHaveLength(2);
  });
});

describe("parameters that are wanted at one time", () => {
  const names = Array.from({ length: 23 }, (_, index) => `/fleet/${index}`);
  beforeEach(() => {
    for (const name of names) store.parameters.set(name, `token of ${name}`);
  });
  const readAll = () => Promise.all(names.map((name) => read(`ssm:${name}`)));

  test("are asked for ten by ten, each once however many want it", async () => {
    const [once, twice] = await Promise.all([readAll(), readAll()]);
    expect(once).toEqual(names.map((name) => `token of ${name}`));
    expect(twice).toEqual(once);
    expect(store.calls.map((call) => call.split(" ").length - 1)).toEqual([10, 10, 3]);
  });

  test("do not suffer from one that may not be read", async () => {
    store.forbidden.add("/fleet/3");
    const read = await Promise.allSettled(names.map((name) => readSecret({ ssm: name }, undefined)));
    expect(read.map(({ status }) => status === "fulfilled")).toEqual(names.map((name) => name !== "/fleet/3"));
    expect(read[3]).toMatchObject({ reason: { message: expect.stringContaining("the parameter /fleet/3 cannot be read") } });
  });

  test("nor from one that is not there", async () => {
    store.parameters.delete("/fleet/3");
    const read = await Promise.allSettled(names.map((name) => readSecret({ ssm: name }, undefined)));
    expect(read.map(({ status }) => status === "fulfilled")).toEqual(names.map((name) => name !== "/fleet/3"));
  });

  test("are not asked for one by one where AWS asks for fewer requests", async () => {
    store.failWith("ThrottlingException");
    const told = await Promise.allSettled(names.map((name) => readSecret({ ssm: name }, undefined)));
    for (const [index, name] of names.entries()) {
      const message = `the parameter ${name} cannot be read: ssm:GetParameters: ThrottlingException`;
      expect(told[index]).toMatchObject({ reason: { code: "secret-unreadable", message } });
    }
    expect(new Set(store.calls.map((call) => call.split(" ")[0]))).toEqual(new Set(["GetParameters"]));
  });

  test("a failure is nobody's for long", async () => {
    store.failWith("ThrottlingException");
    await expect(read("ssm:/fleet/1")).rejects.toThrow("ThrottlingException");
    store.failWith();
    expect(await read("ssm:/fleet/1")).toBe("token of /fleet/1");
  });
});

describe("secrets that are wanted at one time", () => {
  const names = Array.from({ length: 43 }, (_, index) => `fleet-${index}`);
  beforeEach(() => {
    for (const name of names) store.secrets.set(name, `token of ${name}`);
  });
  const readAll = () => Promise.allSettled(names.map((name) => read(`secret:${name}`)));
  const failed = (results: readonly PromiseSettledResult<string>[]) =>
    results.flatMap((result, index) => (result.status === "rejected" ? [[names[index], result.reason.message]] : []));

  test("are asked for twenty by twenty", async () => {
    expect(failed(await readAll())).toEqual([]);
    expect(store.calls.map((call) => [call.split(" ")[0], call.split(" ").length - 1])).toEqual([
      ["BatchGetSecretValue", 20],
      ["BatchGetSecretValue", 20],
      ["BatchGetSecretValue", 3],
    ]);
  });

  test("fail alone, each by its own word of AWS", async () => {
    store.forbidden.add("fleet-3");
    store.secrets.delete("fleet-25");
    expect(failed(await readAll())).toEqual([
      ["fleet-3", "the secret fleet-3 cannot be read: secretsmanager:GetSecretValue: AccessDeniedException"],
      ["fleet-25", "the secret fleet-25 cannot be read: secretsmanager:GetSecretValue: ResourceNotFoundException"],
    ]);
    expect(store.calls.map((call) => call.split(" ")[0]).sort()).toEqual([
      ...Array(3).fill("BatchGetSecretValue"),
      ...Array(2).fill("GetSecretValue"),
    ]);
  });

  test("are asked for one by one where the login may not ask for several", async () => {
    store.forbidden.add("BatchGetSecretValue");
    expect(failed(await readAll())).toEqual([]);
    expect(store.calls.filter((call) => call.startsWith("GetSecretValue "))).toHaveLength(43);
  });
});
