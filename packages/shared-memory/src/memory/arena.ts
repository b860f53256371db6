/**
 * Keeps which extents of a region are in use. All numbers are pages; page 0 is never used. At most `most` extents are in use
 * at once.
 */
export class Arena {
  /** The first page of each extent in use, ascending, and the page after its last one. */
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #pages: number;
  readonly #most: number;

  constructor(pages: number, most: number = Number.POSITIVE_INFINITY) {
    this.#pages = pages;
    this.#most = most;
  }

  /** The number of extents in use. */
  get size(): number {
    return this.#starts.length;
  }

  /** Takes the first free extent of `pages` pages. Returns its first page, or `undefined` if there is none. */
  allocate(pages: number): number | undefined {
    const count = this.#starts.length;
    if (count >= this.#most) return undefined;
    let start = 1;
    let index = 0;
    while (index < count && (this.#starts[index] as number) - start < pages) {
      start = this.#ends[index] as number;
      index++;
    }
    if (start + pages > this.#pages) return undefined;
    this.#insert(index, start, pages);
    return start;
  }

  /** Takes the given extent. Returns whether it lies inside the region and overlaps no extent in use. */
  claim(start: number, pages: number): boolean {
    if (start < 1 || start + pages > this.#pages || this.#starts.length >= this.#most) return false;
    const index = this.#indexAfter(start);
    if (index > 0 && (this.#ends[index - 1] as number) > start) return false;
    if (index < this.#starts.length && (this.#starts[index] as number) < start + pages) return false;
    this.#insert(index, start, pages);
    return true;
  }

  /** Frees the extent that begins at page `start`. */
  free(start: number): void {
    const index = this.#indexAfter(start) - 1;
    if (this.#starts[index] !== start) throw new Error(`no extent begins at page ${start}`);
    this.#starts.splice(index, 1);
    this.#ends.splice(index, 1);
  }

  #insert(index: number, start: number, pages: number): void {
    this.#starts.splice(index, 0, start);
    this.#ends.splice(index, 0, start + pages);
  }

  /** The index of the first extent that begins after page `start`. */
  #indexAfter(start: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] as number) <= start) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
