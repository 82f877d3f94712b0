// The fault matrix on the Ruler of Thanos.
import { thanosRule } from "../real/fault-matrix-servers.ts";
import { holdsFaultMatrix } from "../real/fault-matrix-suite.ts";

holdsFaultMatrix(thanosRule, { atOnce: 4 });
