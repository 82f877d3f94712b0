// Asks kubectl for each fourth kubeconfig, and holds alertstatus to what kubectl is known to do with the others: `npm test -- --all` asks it for all.

import { agreesWithKubectl } from "./suite.ts";

agreesWithKubectl((nth) => nth % 4 === 0);
