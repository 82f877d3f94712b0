// Sits at a terminal before a fleet as large as it is meant to be.

import { sittingBefore } from "./terminal-suite.ts";

sittingBefore(300);
