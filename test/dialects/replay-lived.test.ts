// Lives through all that the replay has to tell apart, and compares what was said with what it says afterwards.

import { liveThrough } from "../real/replay-lived-suite.ts";

liveThrough({ losses: [15, 10, 8, 12], crashes: ["well", "lost"] });
