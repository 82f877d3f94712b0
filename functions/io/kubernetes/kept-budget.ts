// Bounds what a run keeps of all its clusters' objects, so that one that stores too much takes no memory from the others.

/** What is kept of one cluster. */
export type Kept = {
  /** Counts one object more, of so many bytes; false where the cluster may not keep it. */
  add(bytes: number): boolean;
  /** The objects are gone; their outcomes stay until the run is over. */
  release(): void;
};

export type KeptBudget = { open(): Kept };

const MIB = 2 ** 20;
const OUTCOME_BYTES = 384;

/** Each cluster keeps at most `eachBytes`; once all together keep more than `allBytes`, at most `leastBytes`. */
export function keptBudget({ eachBytes = 32 * MIB, allBytes = 96 * MIB, leastBytes = MIB } = {}): KeptBudget {
  let total = 0;
  return {
    open() {
      let [own, count] = [0, 0];
      return {
        add(bytes) {
          count++;
          own += bytes;
          total += bytes;
          return own <= (total > allBytes ? leastBytes : eachBytes);
        },
        release() {
          const left = Math.min(own, count * OUTCOME_BYTES);
          total -= own - left;
          [own, count] = [0, 0];
        },
      };
    },
  };
}
