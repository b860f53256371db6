import type { PointerInput, TouchInput, ViewerInput } from "@broadcast-ipc/protocol";

/** Sends inputs in order. Moves of the mouse and of fingers are merged to one for each display frame. */
export class InputQueue {
  readonly #onInput: (input: ViewerInput) => void;
  readonly #onNextFrame: (callback: () => void) => void;
  #move: PointerInput | TouchInput | undefined;
  #isScheduled = false;

  /** @param onNextFrame Calls back before the next display frame. */
  constructor(onInput: (input: ViewerInput) => void, onNextFrame: (callback: () => void) => void) {
    this.#onInput = onInput;
    this.#onNextFrame = onNextFrame;
  }

  /** Sends a move at the next display frame, unless another move of the same kind replaces it. */
  move(input: PointerInput | TouchInput): void {
    if (this.#move?.kind !== input.kind) this.flush();
    this.#move = input;
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#onNextFrame(() => {
      this.#isScheduled = false;
      this.flush();
    });
  }

  /** Sends an input now. A waiting move is sent first. */
  send(input: ViewerInput): void {
    this.flush();
    this.#onInput(input);
  }

  /** Sends a waiting move now. */
  flush(): void {
    const move = this.#move;
    this.#move = undefined;
    if (move !== undefined) this.#onInput(move);
  }
}
