/**
 * Counts the frames of one viewer that are in flight. A frame is in flight until the viewer has acknowledged it and its
 * bytes have left this process, so a viewer that acknowledges what it has not read gets nothing more.
 */
export class FrameWindow {
  #sent = 0;
  #acknowledged = 0;
  #flushed = 0;

  /** Number of frames that were sent. */
  get sent(): number {
    return this.#sent;
  }

  /** Number of the last frame that has arrived. */
  get arrived(): number {
    return Math.min(this.#acknowledged, this.#flushed);
  }

  get inFlight(): number {
    return this.#sent - this.arrived;
  }

  /**
   * Whether another frame may be sent. Two compressed frames may be in flight, so that one is transferred while the other
   * is decoded. Until the first one has arrived nothing is known about the connection, so a second one might take seconds.
   */
  hasRoom(isRaw: boolean): boolean {
    return this.inFlight < (isRaw || this.arrived === 0 ? 1 : 2);
  }

  /** Counts a frame and returns its sequence number. */
  next(): number {
    return ++this.#sent;
  }

  /** Records that the bytes of a frame and of all earlier ones have left this process. */
  flush(sequence: number): void {
    this.#flushed = sequence;
  }

  /** Records an acknowledgement of a frame and all earlier ones. Returns `false` if no such frame was sent. */
  acknowledge(sequence: number): boolean {
    if (sequence > this.#sent) return false;
    this.#acknowledged = Math.max(this.#acknowledged, sequence);
    return true;
  }
}
