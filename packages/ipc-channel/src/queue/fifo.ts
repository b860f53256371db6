/** The minimum number of empty places at the front before the remaining items are moved. */
const fewTaken = 1024;

/**
 * A queue with amortized O(1) operations. `Array.prototype.shift` moves all remaining items on each call. This queue moves
 * the remaining items only once half of the places are empty. The queue holds no reference to a removed item.
 */
export class Fifo<T> {
  /** The number of items. Changed only by this class. A field instead of a getter, because a getter costs a call. */
  length = 0;
  #items: (T | undefined)[] = [];
  /** Index of the oldest item. The places before it are empty. */
  #first = 0;

  push(item: T): void {
    this.#items.push(item);
    this.length++;
  }

  /** Removes and returns the oldest item; `undefined` if the queue is empty. */
  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#first];
    this.#items[this.#first++] = undefined;
    this.length--;
    const isHalfEmpty = this.#first >= fewTaken && this.#first >= this.length;
    if (isHalfEmpty || this.length === 0) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }

  /** Removes and returns all items, oldest first. */
  clear(): T[] {
    const items = this.#items.slice(this.#first) as T[];
    this.#items = [];
    this.#first = 0;
    this.length = 0;
    return items;
  }
}
