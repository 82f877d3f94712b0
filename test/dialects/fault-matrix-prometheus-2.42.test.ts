// The fault matrix on the Prometheus of Debian.
import { prometheus242 } from "../real/fault-matrix-servers.ts";
import { holdsFaultMatrix } from "../real/fault-matrix-suite.ts";

holdsFaultMatrix(prometheus242, { atOnce: 4 });
