// Lets a file of tests begin as a process does, though its worker has run others: with the machine's environment, and modules of its own.

import { afterAll, vi } from "vitest";

const environment = { ...process.env };
afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
  vi.resetModules();
});
