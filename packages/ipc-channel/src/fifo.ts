/** The remaining items are not moved while fewer than this many places at the front are empty. */
const fewTaken = 1024;

/**
 * A queue with amortized O(1) operations. `Array.prototype.shift` moves all remaining items on each call; this queue moves
 * them only once half of the places are empty. It holds no reference to an item that was taken.
 */
export class Fifo<T> {
  #items: (T | undefined)[] = [];
  /** Index of the oldest item; the places before it are empty. */
  #first = 0;

  get length(): number {
    return this.#items.length - this.#first;
  }

  get first(): T | undefined {
    return this.#items[this.#first];
  }

  get last(): T | undefined {
    return this.length > 0 ? this.#items.at(-1) : undefined;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** Takes the oldest item; `undefined` if the queue is empty. */
  shift(): T | undefined {
    const item = this.first;
    if (this.length > 0) this.#items[this.#first++] = undefined;
    const isHalfEmpty = this.#first >= fewTaken && this.#first * 2 >= this.#items.length;
    if (isHalfEmpty || this.#first === this.#items.length) {
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
    return items;
  }
}
