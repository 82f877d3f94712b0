// The fault matrix on the vmalert of every run.
import { vmalert } from "./fault-matrix-servers.ts";
import { holdsFaultMatrix } from "./fault-matrix-suite.ts";

holdsFaultMatrix(vmalert, { atOnce: 12 });
