// Bounds how long a test waits for a condition, generously enough for a busy machine.

/** The bound of a wait for a condition; the test ends as soon as the condition holds. */
export const PATIENCE_MS = 240_000;

/** What `expect.poll` and `vi.waitFor` take. */
export const PATIENTLY = { timeout: PATIENCE_MS, interval: 500 } as const;

/** The same, where a look costs a pass, and what it waits for stays. */
export const SELDOM = { timeout: PATIENCE_MS, interval: 1_000 } as const;
