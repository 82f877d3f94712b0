// The fault matrix on the Query of Thanos.
import { thanosQuery } from "../real/fault-matrix-servers.ts";
import { holdsFaultMatrix } from "../real/fault-matrix-suite.ts";

holdsFaultMatrix(thanosQuery, { atOnce: 4 });
