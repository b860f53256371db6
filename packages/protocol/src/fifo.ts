/** Minimum number of slots. The number of slots is always a power of two. */
const fewestSlots = 16;

/**
 * A queue with amortized O(1) operations at any length. It is a ring buffer that doubles when it is full and halves when
 * it is three quarters empty. `Array.prototype.shift` would move all remaining items. Holds no reference to removed items.
 *
 * @internal
 */
export class Fifo<T> implements Iterable<T> {
  /** Number of items. Only this class changes it. It is a field, because reading a getter costs a call. */
  length = 0;
  #slots: (T | undefined)[] = new Array(fewestSlots).fill(undefined);
  #first = 0;

  /** Adds an item at the end. */
  push(item: T): void {
    if (this.length === this.#slots.length) this.#resize(this.length * 2);
    this.#slots[this.#slotOf(this.length)] = item;
    this.length++;
  }

  /** Removes and returns the oldest item; `undefined` if the queue is empty. */
  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#slots[this.#first];
    this.#slots[this.#first] = undefined;
    this.#first = this.#slotOf(1);
    this.length--;
    const { length } = this.#slots;
    if (length > fewestSlots && this.length * 4 <= length) this.#resize(length / 2);
    return item;
  }

  /** Removes and returns all items, oldest first. */
  clear(): T[] {
    const items = [...this];
    this.length = 0;
    this.#first = 0;
    this.#slots = new Array(fewestSlots).fill(undefined);
    return items;
  }

  /** Iterates over the items, oldest first, without removing them. */
  *[Symbol.iterator](): Generator<T, undefined> {
    for (let index = 0; index < this.length; index++) yield this.#slots[this.#slotOf(index)] as T;
  }

  #slotOf(index: number): number {
    return (this.#first + index) & (this.#slots.length - 1);
  }

  #resize(length: number): void {
    const items: (T | undefined)[] = [...this];
    while (items.length < length) items.push(undefined);
    this.#slots = items;
    this.#first = 0;
  }
}
