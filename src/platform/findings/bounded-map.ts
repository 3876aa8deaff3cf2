/** A map that forgets: when it is full, what was not used for the longest time goes. */
export interface BoundedMap<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
  delete(key: Key): void;
}

export function createBoundedMap<Key, Value>(max: number): BoundedMap<Key, Value> {
  // A Map goes through its keys in the order in which they were set.
  const entries = new Map<Key, Value>();
  // One walk for ever: each new one would begin with the holes that the deleted ones have left.
  let walk = entries.keys();
  const oldest = (): Key | undefined => {
    const next = walk.next();
    if (!next.done) return next.value;
    walk = entries.keys();
    return walk.next().value;
  };
  const use = (key: Key, value: Value): void => {
    entries.delete(key);
    entries.set(key, value);
  };
  return {
    get(key) {
      const value = entries.get(key);
      if (value !== undefined) use(key, value);
      return value;
    },
    set(key, value) {
      use(key, value);
      if (entries.size <= max) return;
      entries.delete(oldest()!);
    },
    delete: (key) => void entries.delete(key),
  };
}
