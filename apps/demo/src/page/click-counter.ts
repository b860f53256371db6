/** Milliseconds between two presses of one double click, at most. */
const longestPause = 500;
/** Distance between them in pixels, at most. */
const farthest = 6;
const most = 3;

interface Press {
  readonly button: number;
  readonly timeStamp: number;
  readonly clientX: number;
  readonly clientY: number;
}

/** Counts the presses of a double or triple click, which pointer events do not report. */
export class ClickCounter {
  #last: Press | undefined;
  #count = 0;

  /** Records a press and returns its number in the click gesture: 1, 2 or 3. */
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
