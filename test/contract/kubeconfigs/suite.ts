// Holds alertstatus to kubectl: what kubectl reads, it reads, and is the same user of the same cluster; what it refuses, it refuses by name.

import { execFile, spawnSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clock } from "../../../functions/clock.ts";
import { readConfig } from "../../../functions/config.ts";
import { UpstreamError } from "../../../functions/core/errors.ts";
import { openLogins } from "../../../functions/io/auth/logins.ts";
import { openConnections } from "../../../functions/io/http/connections.ts";
import { get } from "../../../functions/io/http/request.ts";
import { currentLogin } from "../../../functions/io/kubernetes/own-kubeconfig.ts";
import { aClient } from "../../support/client.ts";
import { type Lab, openLab } from "./lab.ts";
import { type Setup, situations } from "./situations.ts";

const PATH = "/who";
const hasKubectl = spawnSync("kubectl", ["version", "--client"]).status === 0;
if (!hasKubectl)
  console.error("\nLEFT OUT: kubectl beside alertstatus, for there is none here: kubeconfigs are held to what it is known to do\n");

const connections = openConnections();
let folder: string;
let lab: Lab;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "alertstatus-kubeconfigs-"));
  lab = await openLab(folder);
});
afterAll(async () => {
  await connections.close();
  await lab?.close();
  await rm(folder, { recursive: true, force: true });
});

type Machine = {
  readonly env: NodeJS.ProcessEnv;
  readonly file: string;
  readonly context?: string;
  readonly isListed: boolean;
  readonly path: string;
};

/** Writes the files of a situation into a folder of its own. */
async function machineOf({ files, env = {}, listed, context, path = "" }: Setup): Promise<Machine> {
  const here = join(folder, `at-${count++}`);
  await mkdir(join(here, "home"), { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(here, name)), { recursive: true });
    await writeFile(join(here, name), typeof content === "string" ? content : JSON.stringify(content));
    if (/^(bin|path)\//.test(name)) await chmod(join(here, name), 0o755);
  }
  const known = { HOME: join(here, "home"), PATH: [join(here, "path"), process.env.PATH].join(delimiter) };
  const KUBECONFIG = listed?.length ? listed.map((name) => join(here, name)).join(delimiter) : undefined;
  return {
    env: { ...known, ...(KUBECONFIG && { KUBECONFIG }), ...env },
    file: join(here, "config"),
    context,
    isListed: listed !== undefined,
    path,
  };
}

/** What the server answers; a text where nothing is answered. */
async function askByKubectl({ env, file, context, isListed, path }: Machine): Promise<unknown> {
  const words = [...(isListed ? [] : ["--kubeconfig", file]), ...(context === undefined ? [] : ["--context", context])];
  return new Promise((resolve) => {
    // Over before it would have to collect anything.
    const settings = { env: { ...env, GOGC: "off" }, cwd: "/" };
    const child = execFile("kubectl", [...words, "--request-timeout=10s", "get", "--raw", path + PATH], settings, (error, stdout, stderr) =>
      resolve(error ? stderr : JSON.parse(stdout)),
    );
    child.stdin?.end();
  });
}

async function askHere({ env, file, context, isListed }: Machine): Promise<unknown> {
  try {
    const proxies = readConfig(env).proxies ?? {};
    const entry = { name: "one", kubernetes: { kubeconfig: { file, context } } };
    const login = isListed
      ? await currentLogin({ environment: env, proxies, clock })
      : openLogins({ clock, environment: env, proxies }).ofCluster(entry, "/");
    const { status, body } = await get(aClient(connections, login), PATH);
    return status === 200 ? JSON.parse(body) : `answered ${status}`;
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return error.message;
  }
}

/** What kubectl is told, or the text of its error. */
function answerTo(user: string | undefined): unknown {
  return user === undefined ? expect.any(String) : expect.objectContaining({ user });
}

/** Declares the tests, one for each situation; `isAsked` says of which kubectl is asked: it costs most of them. */
export function agreesWithKubectl(isAsked: (nth: number) => boolean): void {
  const all = situations.map((situation, nth) => ({ ...situation, asksKubectl: hasKubectl && isAsked(nth) }));

  test.concurrent.each(all)("kubectl and alertstatus agree on a kubeconfig $kubeconfig", async (situation) => {
    const { setup, as, refused, told, asksKubectl } = situation;
    const machine = await machineOf(setup(lab));
    const [here, there] = await Promise.all([askHere(machine), asksKubectl ? askByKubectl(machine) : undefined]);
    if (asksKubectl) expect(there).toEqual(answerTo(as));
    if (as === undefined || refused !== undefined) expect(here).toMatch(refused ?? told ?? /./);
    else if (asksKubectl) expect(here).toEqual(there);
    else expect(here).toMatchObject({ user: as });
  });

  test("there are situations enough, and few that are refused on purpose", () => {
    expect(situations.length).toBeGreaterThanOrEqual(120);
    expect(situations.filter(({ refused }) => refused !== undefined).map(({ kubeconfig }) => kubeconfig)).toEqual([
      "that impersonates another user",
      "that skips the verification",
    ]);
  });
}
