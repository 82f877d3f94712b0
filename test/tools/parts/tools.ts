// What a machine must have before it can build or run the real parts, and where it comes from.

import { spawnSync } from "node:child_process";

type Probe = { readonly command: readonly string[]; readonly needs: string };

const tools = {
  go: { command: ["go", "version"], needs: "Go 1.26 or newer as `go` on the PATH: https://go.dev/dl/" },
  python: {
    command: ["python3", "-c", "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))"],
    needs: "Python 3.10 or newer as `python3` on the PATH, with its `venv` module (Debian: apt-get install python3-venv)",
  },
  bookworm: {
    command: ["sh", "-c", "apt-cache madison victoria-metrics | grep -F 1.79.5"],
    needs: "the packages of Debian 12, as `apt-get update` lists them",
  },
  openssl: { command: ["openssl", "version"], needs: "`openssl` on the PATH (Debian: apt-get install openssl)" },
  chromium: { command: ["chromium", "--version"], needs: "`chromium` on the PATH (Debian: apt-get install chromium)" },
} as const satisfies Readonly<Record<string, Probe>>;

export type Tool = keyof typeof tools;

/** What has to be installed before the tool is there, as a sentence's end. */
export function needsOf(tool: Tool): string {
  return tools[tool].needs;
}

/** Those of the tools that this machine does not have. */
export function missingOf(wanted: Iterable<Tool>): ReadonlySet<Tool> {
  return new Set([...new Set(wanted)].filter((tool) => !isThere(tools[tool])));
}

function isThere({ command: [program = "", ...words] }: Probe): boolean {
  return spawnSync(program, words, { stdio: "ignore" }).status === 0;
}
