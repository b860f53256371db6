/** Memory for frames, which is reused after it is given back. */
export class FramePool {
  readonly #create: () => Uint8Array<ArrayBuffer>;
  readonly #free: Uint8Array<ArrayBuffer>[] = [];

  /** @param create Called when no memory is free. */
  constructor(create: () => Uint8Array<ArrayBuffer>) {
    this.#create = create;
  }

  take(): Uint8Array<ArrayBuffer> {
    return this.#free.pop() ?? this.#create();
  }

  giveBack(data: Uint8Array<ArrayBuffer>): void {
    this.#free.push(data);
  }
}
