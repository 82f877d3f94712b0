// The fault matrix on the vmalert of Debian.
import { describe } from "vitest";
import { debiansVmalert } from "../real/fault-matrix-servers.ts";
import { holdsFaultMatrix } from "../real/fault-matrix-suite.ts";
import { locate, part } from "../tools/parts/parts.ts";

describe.skipIf(locate(part("victoria-metrics-1.79")) === undefined)("Debian's vmalert", () =>
  holdsFaultMatrix(debiansVmalert, { atOnce: 4 }),
);
