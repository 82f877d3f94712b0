// Compares what a replay computes with what was recorded, over more than 200 random patterns.

import { comparePatterns } from "../real/replay-patterns-suite.ts";

comparePatterns({ patterns: 240, lastsMs: 90_000 });
