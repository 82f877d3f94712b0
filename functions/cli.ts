// The command line as a process: what it needs of the process is handed over here, and its exit code handed back.
import manifest from "../package.json" with { type: "json" };
import { main } from "./cli/main.ts";
import { userFolder } from "./config.ts";

const folder = userFolder(process.env);
if (folder !== undefined) process.chdir(folder);
process.exit(await main(process.argv.slice(2), process, process.env, { program: "npm run -s cli --", version: manifest.version }));
