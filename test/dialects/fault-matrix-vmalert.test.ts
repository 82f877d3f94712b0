// The fault matrix on vmalert, whose restarts are watched in every run.
import { vmalert } from "../real/fault-matrix-servers.ts";
import { holdsFaultMatrix } from "../real/fault-matrix-suite.ts";

holdsFaultMatrix(vmalert, { atOnce: 12 });
