/** Maximum time between two presses of a double click, in ms. */
const longestPause = 500;
/** Maximum distance between two presses of a double click, in CSS pixels. */
const farthest = 6;
const most = 3;

interface Press {
  readonly button: number;
  readonly timeStamp: number;
  readonly clientX: number;
  readonly clientY: number;
}

/** Counts the presses of a double or triple click, because pointer events do not report the count. */
export class ClickCounter {
  #last: Press | undefined;
  #count = 0;

  /** Records a press. Returns 1 for a single click, 2 for a double click, 3 for a triple click. */
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
