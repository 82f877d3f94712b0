// The fault matrix on the ruler of Cortex.
import { cortex } from "../real/fault-matrix-servers.ts";
import { holdsFaultMatrix } from "../real/fault-matrix-suite.ts";

holdsFaultMatrix(cortex, { atOnce: 4 });
