import pLimit from "p-limit";

type Places = {
  /** Items at work at one time. */
  readonly atWork: number;
  /** Items begun and not done, at one time. */
  readonly begun: number;
  /** An item that takes longer, in milliseconds, is waiting, not working: it gives its place at work to the next one. */
  readonly patienceMs: number;
};

/** Works on all items side by side, as far as there are places, and begins in their order. */
export function mapConcurrently<T, R>(items: readonly T[], work: (item: T) => Promise<R>, places: Places): Promise<readonly R[]> {
  // Where there is a place for everybody, nobody has to keep count.
  if (items.length <= places.atWork) return Promise.all(items.map(work));
  const working = pLimit(places.atWork);
  const begun = pLimit(Math.max(places.begun, places.atWork));
  const turn = (item: T) => working(() => patiently(work(item), places.patienceMs));
  return Promise.all(items.map((item) => begun(async () => (await turn(item))())));
}

// Resolves when the work is done or patience is over; the function it gives waits for the rest.
function patiently<T>(work: Promise<T>, patienceMs: number): Promise<() => Promise<T>> {
  return new Promise((resolve) => {
    const settle = () => {
      clearTimeout(timer);
      resolve(() => work);
    };
    const timer = setTimeout(settle, patienceMs);
    work.then(settle, settle);
  });
}
