import type { TimeMessage } from "../../wire/view-messages.ts";
import { ClockSync } from "./clock-sync.ts";

/** Measures how old frames are when the browser paints them. */
export class FrameAges {
  /** Whether timestamps are from the clock of the server's machine. Ages are unknown otherwise. */
  isSameClock = false;
  readonly #clock = new ClockSync();
  readonly #onPainted: (age: number) => void;
  /** Timestamp of the newest frame that was drawn but not painted. */
  #unpainted: number | undefined;
  /** Timestamp of the newest frame that was drawn. */
  #last: number | undefined;
  /** Time of the page's clock in ms since which the view can get frames. */
  #wantedSince = performance.now();

  /** @param onPainted Called with the age in ms of a frame that the browser is about to paint. */
  constructor(onPainted: (age: number) => void) {
    this.#onPainted = onPainted;
  }

  /** Whether enough answers to time requests have arrived. Until then, send the next request immediately. */
  get isKnown(): boolean {
    return this.#clock.isKnown;
  }

  /** Call it when a connection is open. Discards the answers of an earlier connection. */
  reset(): void {
    this.#clock.reset();
    this.#wantedSince = performance.now();
  }

  /** Records the server's answer to a time request. */
  learn(message: TimeMessage): void {
    this.#clock.learn(message);
  }

  /** Returns the age of a timestamp in ms; `undefined` while it is unknown. */
  of(timestamp: number): number | undefined {
    return this.isSameClock ? this.#clock.since(timestamp) : undefined;
  }

  /**
   * Call it when a frame has been drawn. A frame that is sent again, for example in another size, does not count: it is old
   * because the source stands still.
   */
  noteDrawn(timestamp: number): void {
    if (timestamp === this.#last) return;
    this.#last = timestamp;
    if (this.#unpainted === undefined) requestAnimationFrame(() => this.#notePainted());
    this.#unpainted = timestamp;
  }

  /** Call it when the view becomes hidden or visible. Ages of frames that were not painted would include the time between. */
  discard(): void {
    this.#unpainted = undefined;
    this.#wantedSince = performance.now();
  }

  #notePainted(): void {
    const age = this.#unpainted === undefined ? undefined : this.of(this.#unpainted);
    this.#unpainted = undefined;
    // The server keeps its newest frame for a viewer that comes later. Such a frame counts from the viewer's arrival.
    if (age !== undefined) this.#onPainted(Math.min(age, performance.now() - this.#wantedSince));
  }
}
