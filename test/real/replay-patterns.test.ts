// Compares what a replay computes with what was recorded, over some random patterns.

import { comparePatterns } from "./replay-patterns-suite.ts";

comparePatterns({ patterns: 60, lastsMs: 60_000 });
