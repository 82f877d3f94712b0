import type { Reading } from "./alert.ts";

/** Why the reading is unfit to prove health, in words; empty when nothing is in doubt. A row that fires is believed all the same. */
export function doubts(reading: Reading): readonly string[] {
  if (reading.was === "unreadable") return [`alerts unreadable: ${reading.code}`];
  return reading.warnings.map((warning) => `partial answer: ${warning}`);
}
