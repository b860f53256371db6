/** The number of slots of an empty queue. The number of slots is always a power of two. */
const fewestSlots = 16;

/**
 * A queue with amortized O(1) operations, whatever its length: a ring buffer that doubles when it is full and halves when
 * three quarters of it are empty. (`Array.prototype.shift` moves all remaining items.)
 * The queue holds no reference to an item that was taken.
 *
 * @internal
 */
export class Fifo<T> implements Iterable<T> {
  /** The number of waiting items. Only this class changes it; a field is read without a call. */
  length = 0;
  #slots: (T | undefined)[] = new Array(fewestSlots).fill(undefined);
  #first = 0;

  /** Adds an item at the end. */
  push(item: T): void {
    if (this.length === this.#slots.length) this.#resize(this.length * 2);
    this.#slots[this.#slotOf(this.length)] = item;
    this.length++;
  }

  /** Takes the oldest item; `undefined` if the queue is empty. */
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

  /** Takes all items, oldest first. */
  clear(): T[] {
    const items = [...this];
    this.length = 0;
    this.#first = 0;
    this.#slots = new Array(fewestSlots).fill(undefined);
    return items;
  }

  /** The waiting items, oldest first. */
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
