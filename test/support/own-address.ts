// Where a server of this machine stands for a fleet in a bucket, which may name none on the loopback interface.

import { networkInterfaces } from "node:os";

/** An address of this machine that is not loopback. */
export function ownAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  const own = addresses.find(({ family, internal }) => family === "IPv4" && !internal);
  if (own !== undefined) return own.address;
  throw new Error("this machine has no address but loopback, and a fleet in a bucket names no server there");
}
