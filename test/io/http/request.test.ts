// One request: when it is sent a second time, after which pause, and as which login.
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { UpstreamError } from "../../../functions/core/errors.ts";
import type { Client, Login } from "../../../functions/io/http/client.ts";
import { openConnections } from "../../../functions/io/http/connections.ts";
import { get, type Request, sendFreely, sendOnce } from "../../../functions/io/http/request.ts";
import { aClient, aLogin } from "../../support/client.ts";
import { type HttpServer, serve } from "../../support/http-server.ts";

// Each pause is over at once, and told.
const pauses = vi.hoisted((): number[] => []);
vi.mock("node:timers/promises", () => ({ setTimeout: async (ms: number) => void pauses.push(ms) }));

type Answer = number | "reset" | readonly [status: number, headers: OutgoingHttpHeaders];

const connections = openConnections();
/** What the server answers, one after the other; then 200. */
let answers: Answer[];
/** What the server was sent: method and login. */
const seen: string[] = [];
let server: HttpServer;
beforeAll(async () => {
  server = await serve((request, response) => {
    seen.push(`${request.method} ${loginIn(request.headers)}`);
    const answer = answers.shift() ?? 200;
    if (answer === "reset") return void request.socket.resetAndDestroy();
    const [status, headers] = typeof answer === "number" ? [answer, {}] : answer;
    response.writeHead(status, headers).end("{}");
  });
});
afterAll(async () => {
  await connections.close();
  await server.close();
});
beforeEach(() => {
  answers = [];
  seen.length = 0;
  pauses.length = 0;
});

const loginIn = ({ authorization = "" }: IncomingHttpHeaders) => authorization.replace("Bearer ", "");
const loginOf = (token: string) => aLogin({ origin: server.url, headers: { authorization: `Bearer ${token}` } });
// Its time stands still, so that a pause alone decides what is left of it.
const clock = { nowMs: () => 0, monotonicMs: () => 0 };
const clientOf = (login: Login = loginOf("old"), more: Partial<Client> = {}) => aClient(connections, login, { clock, ...more });

const CHANGE: Request = { method: "PATCH", path: "/status", body: "{}" };
const QUESTION: Request = { method: "POST", path: "/reviews", body: "{}" };
const outcomeOf = (response: Promise<{ status: number }>) =>
  response.then(
    ({ status }) => status,
    ({ code }: UpstreamError) => code,
  );

describe("a request that may be repeated", () => {
  test.each([429, 502, 503, 504])("is sent again where %i is answered, after a pause of 100 ms", async (status) => {
    answers = [status];
    expect(await outcomeOf(get(clientOf(), "/"))).toBe(200);
    expect({ seen, pauses }).toEqual({ seen: ["GET old", "GET old"], pauses: [100] });
  });

  test.each([200, 403, 404, 409, 500])("is sent once where %i is answered", async (status) => {
    answers = [status];
    expect(await outcomeOf(get(clientOf(), "/"))).toBe(status);
    expect(seen).toHaveLength(1);
  });

  test("is sent again at once where the connection is reset", async () => {
    answers = ["reset"];
    expect(await outcomeOf(get(clientOf(), "/"))).toBe(200);
    expect({ seen, pauses }).toEqual({ seen: ["GET old", "GET old"], pauses: [] });
  });

  test.each([
    { twice: 503, told: 503 },
    { twice: "reset", told: "connection-reset" },
  ] as const)("is sent no third time where the second ends with $twice too", async ({ twice, told }) => {
    answers = [twice, twice];
    expect(await outcomeOf(get(clientOf(), "/"))).toBe(told);
    expect(seen).toHaveLength(2);
  });

  test("is sent once where the name leads nowhere", async () => {
    const login = aLogin({ origin: "http://nowhere.invalid" });
    const nowhere = openConnections({
      resolve: (_host, _options, found) => found(Object.assign(new Error("no"), { code: "ENOTFOUND" }), []),
    });
    expect(await outcomeOf(get(aClient(nowhere, login, { clock }), "/"))).toBe("name-unknown");
    expect(pauses).toEqual([]);
  });

  test("may be a POST", async () => {
    answers = [503];
    expect(await outcomeOf(sendFreely(clientOf(), QUESTION))).toBe(200);
    expect(seen).toEqual(["POST old", "POST old"]);
  });
});

describe("a busy server", () => {
  const DATE = "Fri, 27 Nov 2026 12:00:00 GMT";
  test.each([
    { says: "in seconds", retryAfter: "2", expected: [2_000] },
    { says: "at once", retryAfter: "0", expected: [] },
    { says: "as a date", retryAfter: "Fri, 27 Nov 2026 12:00:03 GMT", expected: [3_000] },
    { says: "as a date that is over", retryAfter: "Fri, 27 Nov 2026 11:59:00 GMT", expected: [] },
    { says: "in other words", retryAfter: "soon", expected: [100] },
  ])("is left alone for as long as it says $says", async ({ retryAfter, expected }) => {
    answers = [[503, { "retry-after": retryAfter, date: DATE }]];
    expect(await outcomeOf(get(clientOf(), "/"))).toBe(200);
    expect(pauses).toEqual(expected);
  });

  test("that shows no clock is left alone for 100 ms where it names a date", async () => {
    answers = [[503, { "retry-after": "Fri, 27 Nov 2026 12:00:03 GMT", date: "" }]];
    expect(await outcomeOf(get(clientOf(), "/"))).toBe(200);
    expect(pauses).toEqual([100]);
  });

  test.each([
    { what: "the request", more: { requestMs: 30_000 } },
    { what: "the cluster", more: { requestMs: 60_000, deadline: 30_000 } },
  ])("is not waited for beyond the time of $what", async ({ more }) => {
    answers = [[503, { "retry-after": "30" }]];
    expect(await outcomeOf(get(clientOf(undefined, more), "/"))).toBe(503);
    expect({ seen, pauses }).toEqual({ seen: ["GET old"], pauses: [] });
    answers = [[503, { "retry-after": "29" }]];
    expect(await outcomeOf(get(clientOf(undefined, more), "/"))).toBe(200);
    expect(pauses).toEqual([29_000]);
  });
});

test.each([503, "reset"] as const)("a request that changes something is sent once, also where it ends with %s", async (answer) => {
  answers = [answer];
  expect(await outcomeOf(sendOnce(clientOf(), CHANGE))).toBe(answer === 503 ? 503 : "connection-reset");
  expect(seen).toEqual(["PATCH old"]);
});

describe.each([
  { what: "GET", send: (client: Client) => get(client, "/") },
  { what: "PATCH", send: (client: Client) => sendOnce(client, CHANGE) },
  { what: "POST", send: (client: Client) => sendFreely(client, QUESTION) },
])("a $what that is answered with 401", ({ what, send }) => {
  const renewing = (renewed: Login["renewed"]): Client => clientOf({ ...loginOf("old"), renewed });

  test("is sent once more with a newer login", async () => {
    answers = [401];
    expect(await outcomeOf(send(renewing(() => loginOf("new").endpoint())))).toBe(200);
    expect(seen).toEqual([`${what} old`, `${what} new`]);
  });

  test("is sent no third time where the newer login is refused too", async () => {
    answers = [401, 401];
    expect(await outcomeOf(send(renewing(() => loginOf("new").endpoint())))).toBe(401);
    expect(seen).toEqual([`${what} old`, `${what} new`]);
  });

  test("is told where there is no newer login", async () => {
    answers = [401];
    expect(await outcomeOf(send(renewing(async () => undefined)))).toBe(401);
    expect(seen).toEqual([`${what} old`]);
  });

  test("says why no login can be had any more", async () => {
    answers = [401];
    const lost = async () => {
      throw new UpstreamError("secret-unreadable", "the file token is missing or empty");
    };
    expect(await outcomeOf(send(renewing(lost)))).toBe("secret-unreadable");
  });
});

test("the login is asked for each request, and named by the one that was refused", async () => {
  const refused: (string | undefined)[] = [];
  const login: Login = {
    ...loginOf("old"),
    renewed: async ({ headers }) => {
      refused.push(headers.authorization);
      return undefined;
    },
  };
  answers = [401];
  await get(clientOf(login), "/");
  expect(refused).toEqual(["Bearer old"]);
});

describe("a login is asked for anew", () => {
  const SECONDS = 1_000;
  const MINUTES = 60 * SECONDS;
  test.each([
    { answer: 401, after: [5 * SECONDS] },
    { answer: 403, after: [5 * MINUTES] },
    { answer: 404, after: [] },
    { answer: 200, after: [] },
  ])("where it is $after ms old and the answer is $answer", async ({ answer, after }) => {
    const ages: number[] = [];
    answers = [answer];
    await get(clientOf({ ...loginOf("old"), renewed: async (_, minAgeMs) => void ages.push(minAgeMs) }), "/");
    expect(ages).toEqual(after);
  });
});
