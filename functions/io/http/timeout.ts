// Ends what takes too long, but never for a stall of this process: Node runs late timers before it looks at sockets.

/** Calls `stop` once the time is over and what had arrived by then has been received; returns what calls it off. */
export function stopAfter(ms: number, stop: () => void): () => void {
  let immediate: NodeJS.Immediate | undefined;
  // The second timer is due in a later turn of the loop, and the sockets are polled in between.
  let timer = setTimeout(
    () => {
      timer = setTimeout(() => {
        immediate = setImmediate(stop);
      }, 0);
    },
    Math.max(0, ms),
  );
  return () => {
    clearTimeout(timer);
    clearImmediate(immediate);
  };
}

/** What the work comes to, or `otherwise` once the time is over. */
export function within<T, O>(ms: number, work: Promise<T>, otherwise: O): Promise<T | O> {
  return new Promise((resolve) => {
    const callOff = stopAfter(ms, () => resolve(otherwise));
    const resolveInTime = () => {
      callOff();
      resolve(work);
    };
    work.then(resolveInTime, resolveInTime);
  });
}
