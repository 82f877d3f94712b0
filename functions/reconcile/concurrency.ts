// Many clusters share one process: some keep it busy, others only make it wait, and those make room for the next ones.
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
  // Where there is a place for every item, none has to be counted.
  if (items.length <= places.atWork) return Promise.all(items.map(work));
  const working = pLimit(places.atWork);
  const begun = pLimit(Math.max(places.begun, places.atWork));
  return Promise.all(
    items.map((item) =>
      begun(async () => {
        const { result } = await working(() => beginWork(work(item), places.patienceMs));
        return result;
      }),
    ),
  );
}

// Resolves when the work is done or patience is over. The promise is wrapped, for a bare one would be waited for.
function beginWork<T>(result: Promise<T>, patienceMs: number): Promise<{ readonly result: Promise<T> }> {
  return new Promise((resolve) => {
    const leave = () => {
      clearTimeout(timer);
      resolve({ result });
    };
    const timer = setTimeout(leave, patienceMs);
    result.then(leave, leave);
  });
}
