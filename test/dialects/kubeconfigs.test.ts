// Asks kubectl for every kubeconfig that alertstatus is held to.

import { agreesWithKubectl } from "../contract/kubeconfigs/suite.ts";

agreesWithKubectl(() => true);
