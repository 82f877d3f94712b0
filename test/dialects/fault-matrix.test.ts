// The fault matrix on the servers that only a run with `--all` has, one after another.
import { describe } from "vitest";
import { others } from "../real/fault-matrix-servers.ts";
import { holdsFaultMatrix } from "../real/fault-matrix-suite.ts";

describe.each(others)("$name", (server) => holdsFaultMatrix(server, { atOnce: 4 }));
