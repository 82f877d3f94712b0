// The one rule by which maps that live as long as a process stay bounded.

/** Moves the key to the end of the map with a new value, and drops the entry at the start where the map exceeds `max`. */
export function keepNewest<K, V>(map: Map<K, V>, key: K, value: V, max: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest = key] = map.keys();
  if (map.size > max) map.delete(oldest);
}
