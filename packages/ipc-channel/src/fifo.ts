/** With fewer taken items than this in front, the rest is not worth moving up. */
const fewTaken = 1024;

/**
 * A queue whose operations cost the same however long it is: `Array.prototype.shift` moves every item that remains, this
 * moves the remaining items once half of the places are empty. It holds no reference to an item that was taken.
 */
export class Fifo<T> {
  #items: (T | undefined)[] = [];
  /** Items before this one have been taken. */
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

  /** Takes the oldest item; `undefined` where none is waiting. */
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
