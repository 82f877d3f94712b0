// Finds the process at the other end of a connection on this machine, as the kernel knows it.

import { readdir, readFile, readlink } from "node:fs/promises";

/** Ends the process whose socket has the one port and is connected to the other, unless it is this one. */
export async function killOwner(port: number, connectedTo: number): Promise<void> {
  const inode = await inodeOf(port, connectedTo);
  const processes = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  for (const id of processes) {
    if (!(await hasSocket(id, inode).catch(() => false))) continue;
    // In a namespace a process has another number than the one that /proc was mounted with: the last is the one within.
    const [, numbers = id] = /^NSpid:\s+(.*)$/m.exec(await readFile(`/proc/${id}/status`, "utf8")) ?? [];
    const own = Number(numbers.trim().split(/\s+/).at(-1));
    if (own !== process.pid) process.kill(own, "SIGKILL");
  }
}

// https://www.kernel.org/doc/Documentation/networking/proc_net_tcp.txt
async function inodeOf(port: number, connectedTo: number): Promise<string | undefined> {
  const inHex = (number: number) => number.toString(16).toUpperCase().padStart(4, "0");
  const lines = (await readFile("/proc/self/net/tcp", "utf8")).split("\n").map((line) => line.trim().split(/\s+/));
  const line = lines.find(([, local = "", remote = ""]) => local.endsWith(`:${inHex(port)}`) && remote.endsWith(`:${inHex(connectedTo)}`));
  return line?.[9];
}

async function hasSocket(id: string, inode: string | undefined): Promise<boolean> {
  const files = await readdir(`/proc/${id}/fd`);
  const targets = await Promise.all(files.map((file) => readlink(`/proc/${id}/fd/${file}`).catch(() => "")));
  return inode !== undefined && targets.includes(`socket:[${inode}]`);
}
