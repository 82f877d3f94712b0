// The servers that only a run with `--all` has answer as it is recorded of them.
import { servers } from "../tools/dialects/servers.ts";
import { answersAsRecorded } from "../tools/dialects/suite.ts";

answersAsRecorded(servers.filter(({ part }) => part.isExtra === true));
