// The servers that only a run with `--all` has answer as it is recorded of them.
import { servers } from "../tools/dialects/servers.ts";
import { answersAsRecorded } from "../tools/dialects/suite.ts";
import { locate, type Part } from "../tools/parts/parts.ts";

const isHere = (part: Part) => part.isOptional !== true || locate(part) !== undefined;

answersAsRecorded(servers.filter(({ part }) => part.isExtra === true && isHere(part)));
