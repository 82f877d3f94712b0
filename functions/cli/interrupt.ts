// Ctrl-C ends the waiting for what is under way, so that what is done can be printed.

/** What `work` gives; undefined where an interrupt comes first, and the work fails or goes on for longer than `settleMs` after it. */
export function untilInterrupted<T>(signal: AbortSignal, work: Promise<T>, settleMs: number): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const giveUp = () => setTimeout(resolve, settleMs, undefined);
    if (signal.aborted) giveUp();
    else signal.addEventListener("abort", giveUp, { once: true });
    // What fails after an interrupt fails because of it.
    work.then(resolve, (error) => (signal.aborted ? resolve(undefined) : reject(error)));
  });
}
