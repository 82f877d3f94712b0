// The fault matrix on the Prometheus of every run.
import { prometheus } from "./fault-matrix-servers.ts";
import { holdsFaultMatrix } from "./fault-matrix-suite.ts";

holdsFaultMatrix(prometheus, { atOnce: Number.POSITIVE_INFINITY });
