// A store in memory with the conditions of the table, so that a test can let any two calls meet; test/state/table-suite.ts shows what the table does.

import type { Item, Kept } from "../../functions/io/aws/table.ts";
import type { Store } from "../../functions/state/store.ts";

/** `pass` is waited for before and after each call takes effect. */
export function memoryStore(pass: () => Promise<unknown> = async () => {}): Store & { readonly items: Map<string, Item> } {
  const items = new Map<string, Item>();
  const keyOf = ({ partition, name }: { partition: string; name: string }) => `${partition}\n${name}`;
  const between = async <T>(effect: () => T): Promise<T> => {
    await pass();
    const result = effect();
    await pass();
    return result;
  };
  return {
    items,
    read: (key) => between((): Kept | undefined => items.get(keyOf(key))),
    write: (item, basedOn) =>
      between(() => {
        const there = items.get(keyOf(item))?.atMs;
        const isFree =
          basedOn === undefined ? there === undefined || there <= item.atMs : there === (basedOn === "nothing" ? undefined : basedOn);
        if (isFree) items.set(keyOf(item), item);
        return isFree;
      }),
    list: (partition) => between(() => [...items.values()].filter((item) => item.partition === partition)),
  };
}
