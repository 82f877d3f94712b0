// The fault matrix on a VictoriaMetrics that shows the alerts of its vmalert.
import { victoria } from "../real/fault-matrix-servers.ts";
import { holdsFaultMatrix } from "../real/fault-matrix-suite.ts";

holdsFaultMatrix(victoria, { atOnce: 4 });
