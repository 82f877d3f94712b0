// Lives through a short and a long loss and one crash, and compares what was said with what a replay says afterwards.

import { liveThrough } from "./replay-lived-suite.ts";

liveThrough({ losses: [12, 8], crashes: ["lost"] });
