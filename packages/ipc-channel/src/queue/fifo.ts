/** The remaining items are not moved while fewer than this many places at the front are empty. */
const fewTaken = 1024;

/**
 * A queue with amortized O(1) operations. `Array.prototype.shift` moves all remaining items on each call; this queue moves
 * them only once half of the places are empty. It holds no reference to an item that was taken.
 */
export class Fifo<T> {
  /** The number of items. Only this class changes it; a field is read without a call. */
  length = 0;
  #items: (T | undefined)[] = [];
  /** Index of the oldest item. The places before it are empty. */
  #first = 0;

  push(item: T): void {
    this.#items.push(item);
    this.length++;
  }

  /** Takes the oldest item; `undefined` if the queue is empty. */
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

  /** Takes all items, oldest first. */
  clear(): T[] {
    const items = this.#items.slice(this.#first) as T[];
    this.#items = [];
    this.#first = 0;
    this.length = 0;
    return items;
  }
}
