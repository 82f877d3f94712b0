// Bounds what a run keeps of all its clusters' objects, so that one that stores too much takes no memory from the others.

/** What is kept of one cluster. */
export type Kept = {
  /** Counts bytes more; false where the cluster may not keep them. */
  add(bytes: number): boolean;
  release(): void;
};

export type KeptBudget = { open(): Kept };

const MIB = 2 ** 20;

/** Each cluster keeps at most `eachBytes`; once all together keep more than `allBytes`, at most `leastBytes`. */
export function keptBudget({ eachBytes = 48 * MIB, allBytes = 96 * MIB, leastBytes = MIB } = {}): KeptBudget {
  let total = 0;
  return {
    open() {
      let own = 0;
      return {
        add(bytes) {
          own += bytes;
          total += bytes;
          return own <= (total > allBytes ? leastBytes : eachBytes);
        },
        release() {
          total -= own;
          own = 0;
        },
      };
    },
  };
}
