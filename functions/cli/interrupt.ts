// Stops waiting after Ctrl-C, so that a command can still print its finished results.

/** The result of `work`; undefined where, after an interrupt, it fails or takes longer than `settleMs`. */
export function untilInterrupted<T>(signal: AbortSignal, work: Promise<T>, settleMs: number): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const giveUp = () => setTimeout(resolve, settleMs, undefined);
    if (signal.aborted) giveUp();
    else signal.addEventListener("abort", giveUp, { once: true });
    // A failure after an interrupt is caused by it.
    work.then(resolve, (error) => (signal.aborted ? resolve(undefined) : reject(error)));
  });
}
