// Issues certificates by the program `openssl`: also those that no library here makes, such as a chain with an intermediate authority.

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** PEM: a root, an intermediate that it signed, and a server's certificate that the intermediate signed, with the chain that the server shows. */
export type Chain = { readonly root: string; readonly intermediate: string; readonly chain: string; readonly key: string };

/** A chain for a server with these names, such as `IP:127.0.0.1`, made in a folder. */
export function issueChain(folder: string, names: readonly string[]): Chain {
  const extensions = { root: "basicConstraints=critical,CA:TRUE", leaf: `subjectAltName=${names.join(",")}` };
  issue(folder, "root", extensions.root);
  issue(folder, "intermediate", extensions.root, "root");
  issue(folder, "leaf", extensions.leaf, "intermediate");
  const [root = "", intermediate = "", leaf = "", key = ""] = ["root.pem", "intermediate.pem", "leaf.pem", "leaf.key"].map((name) =>
    readFileSync(join(folder, name), "utf8"),
  );
  return { root, intermediate, chain: leaf + intermediate, key };
}

function issue(folder: string, name: string, extension: string, issuer?: string): void {
  const own = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", `${name}.key`, "-subj", `/CN=${name}`];
  if (issuer === undefined) {
    openssl(folder, ["req", "-x509", ...own, "-out", `${name}.pem`, "-days", "9", "-addext", extension]);
    return;
  }
  openssl(folder, ["req", ...own, "-out", `${name}.csr`]);
  writeFileSync(join(folder, `${name}.ext`), extension);
  const signed = ["-CA", `${issuer}.pem`, "-CAkey", `${issuer}.key`, "-CAcreateserial", "-extfile", `${name}.ext`, "-days", "9"];
  openssl(folder, ["x509", "-req", "-in", `${name}.csr`, "-out", `${name}.pem`, ...signed]);
}

function openssl(cwd: string, words: readonly string[]): void {
  const { status, stderr, error } = spawnSync("openssl", words, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`openssl ${words[0]}: ${error?.message ?? stderr}`);
}
