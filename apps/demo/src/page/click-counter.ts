/** Milliseconds between two presses that make a double click. */
const longestPause = 500;
/** Pixels that they may lie apart. */
const farthest = 6;
const most = 3;

interface Press {
  readonly button: number;
  readonly timeStamp: number;
  readonly clientX: number;
  readonly clientY: number;
}

/** Counts presses that follow each other as clicks of one gesture, which pointer events do not tell. */
export class ClickCounter {
  #last: Press | undefined;
  #count = 0;

  /** Notes a press and returns which one of its gesture it is: 1, 2 or 3. */
  press({ button, timeStamp, clientX, clientY }: Press): number {
    const last = this.#last;
    const isNext =
      last?.button === button &&
      timeStamp - last.timeStamp <= longestPause &&
      Math.hypot(clientX - last.clientX, clientY - last.clientY) <= farthest;
    this.#count = isNext && this.#count < most ? this.#count + 1 : 1;
    this.#last = { button, timeStamp, clientX, clientY };
    return this.#count;
  }
}
