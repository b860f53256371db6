/** The highest array index. */
const highestIndex = String(2 ** 32 - 2);

/**
 * Makes V8 store keys that are array indices in a hash table. Otherwise V8 reserves room for all lower indices: about
 * 12 kB for the single key "1023". Setting one very high index switches the object to a hash table permanently.
 */
export function keepSparse(map: Record<string, unknown>): void {
  map[highestIndex] = null;
  delete map[highestIndex];
}

/** Returns the string internalized, as V8 stores property names. Setting a property by an internalized name skips a lookup. */
export function internalized(string: string): string {
  return Object.keys({ [string]: 0 })[0] as string;
}
