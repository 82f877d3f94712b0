// How long a test waits for what must come to be: on a busy machine everything takes longer, and nothing fails for that.

/** The bound of a wait for a condition; the test ends as soon as the condition holds. */
export const PATIENCE_MS = 240_000;

/** What `expect.poll` and `vi.waitFor` take. */
export const PATIENTLY = { timeout: PATIENCE_MS, interval: 250 } as const;
