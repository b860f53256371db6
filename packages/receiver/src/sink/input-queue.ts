import type { ViewerInput } from "@broadcast-ipc/protocol";
import { isRelease, mergeInputs } from "./merge-inputs.ts";

/** Maximum number of waiting inputs per viewer, and of characters in them. A longer paste may wait only alone. */
const maxInputs = 256;
const maxTextLength = 1_000_000;

/**
 * The inputs of one viewer that wait for the capture process. Moves, wheel turns and unfinished compositions merge. If
 * too much waits, the oldest inputs are dropped. If a dropped input was a release, everything that the viewer holds is
 * released instead, so nothing stays held.
 */
export class InputQueue {
  readonly #inputs: ViewerInput[] = [];
  #textLength = 0;
  #needsRelease = false;
  #dropped = 0;

  /** Number of inputs that wait. */
  get length(): number {
    return this.#inputs.length;
  }

  get isEmpty(): boolean {
    return this.#inputs.length === 0 && !this.#needsRelease;
  }

  /** Number of inputs that were dropped because too much waited. */
  get dropped(): number {
    return this.#dropped;
  }

  push(input: ViewerInput): void {
    const newest = this.#inputs.at(-1);
    const merged = newest && mergeInputs(newest, input);
    if (merged) {
      this.#inputs.pop();
      this.#textLength -= textLength(newest);
    }
    this.#inputs.push(merged ?? input);
    this.#textLength += textLength(merged ?? input);
    const isTooMuch = () => this.#inputs.length > maxInputs || this.#textLength > maxTextLength;
    while (this.#inputs.length > 1 && isTooMuch()) this.#drop();
  }

  /** Returns the input that {@link take} returns, without removing it. */
  peek(): ViewerInput | undefined {
    return this.#needsRelease ? release : this.#inputs[0];
  }

  /** Removes and returns the oldest input. */
  take(): ViewerInput | undefined {
    if (this.#needsRelease) {
      this.#needsRelease = false;
      return release;
    }
    const input = this.#inputs.shift();
    if (input) this.#textLength -= textLength(input);
    return input;
  }

  /** Replaces all waiting inputs by one that releases what the viewer holds. */
  release(): void {
    this.#dropped += this.#inputs.length;
    this.#inputs.length = 0;
    this.#textLength = 0;
    this.#needsRelease = true;
  }

  #drop(): void {
    const input = this.#inputs.shift() as ViewerInput;
    this.#textLength -= textLength(input);
    this.#dropped++;
    if (isRelease(input)) this.#needsRelease = true;
  }
}

const release: ViewerInput = { kind: "release" };

function textLength(input: ViewerInput): number {
  if (input.kind === "picker") return (input.values ?? []).reduce((sum, { length }) => sum + length, 0);
  return "text" in input ? (input.text?.length ?? 0) : 0;
}
