// Watches a vmalert through its restarts, on what its store kept and on nothing: the whole matrix is played by `npm test -- --all`.

import { afterAll, beforeAll } from "vitest";
import { openLab } from "./fault-matrix-lab.ts";
import { holdsRestarts } from "./fault-matrix-restarts.ts";
import { vmalert } from "./fault-matrix-servers.ts";
import { type Watched, watchRestarts } from "./fault-matrix-watch.ts";

const lab = openLab(vmalert);
let kept: ReadonlyMap<string, Watched>;
let lost: ReadonlyMap<string, Watched>;

beforeAll(async () => {
  [kept, lost] = await Promise.all([watchRestarts(lab.part(), "on what it stored"), watchRestarts(lab.part(), "on nothing")]);
});
afterAll(() => lab.close());

holdsRestarts(["on what it stored", "on nothing"], (start) => (start === "on nothing" ? lost : kept));
