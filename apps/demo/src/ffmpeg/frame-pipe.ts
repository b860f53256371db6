import { Socket, type SocketConstructorOpts } from "node:net";
import type { Readable } from "node:stream";
import type { FrameMemory } from "../frame-memory.ts";

/** Memory for what is read while no frame has memory. One pixel, so that it never holds the end of a frame and more. */
const scratchBytes = 4;

/**
 * Reads raw frames of four bytes per pixel from the output of a child process, straight into the memory of each frame. The
 * process waits while no frame is read, because its pipe is full.
 */
export class FramePipe {
  readonly #socket: Socket;
  readonly #scratch = new Uint8Array(scratchBytes);
  /** The frame that is being read. */
  #memory: FrameMemory | undefined;
  #filled = 0;
  #isEnded = false;
  #wake = () => {};

  /** Takes over the pipe of a child process. Call it in the turn of the event loop in which the process was started. */
  constructor(pipe: Readable) {
    // Only a socket that is constructed with `onread` reads into given memory, and child_process does not set this option.
    const given = pipe as Readable & { _handle: unknown };
    this.#socket = new Socket({
      handle: given._handle,
      readable: true,
      writable: false,
      pauseOnCreate: true,
      onread: { buffer: () => this.#target(), callback: (length: number) => this.#onRead(length) },
    } as SocketConstructorOpts);
    given._handle = null;
    pipe.destroy();
    // The exit of the process reports the reason of an error.
    this.#socket.on("error", () => {});
    for (const event of ["end", "close"]) this.#socket.on(event, () => this.#end());
  }

  /**
   * Yields each frame when its memory, which `allocate` returns, is full. The consumer owns the memory. A frame that is
   * incomplete at the end is disposed. Ends with the pipe, and ends the pipe when the consumer stops.
   */
  async *frames(allocate: () => FrameMemory): AsyncGenerator<FrameMemory> {
    try {
      while (!this.#isEnded) {
        const memory = allocate();
        this.#memory = memory;
        this.#filled = 0;
        const isFull = new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#socket.resume();
        await isFull;
        if (this.#filled < memory.length) return;
        this.#memory = undefined;
        yield memory;
      }
    } finally {
      // In this order, because the socket may read into the memory until it is destroyed.
      this.destroy();
      this.#memory?.[Symbol.dispose]();
      this.#memory = undefined;
    }
  }

  /** Ends the pipe. Frames that were not read are lost. */
  destroy(): void {
    this.#socket.destroy();
    this.#end();
  }

  /** Returns the memory for the next bytes. */
  #target(): Uint8Array {
    const rest = this.#filled === 0 ? undefined : this.#memory?.subarray(this.#filled);
    return rest && rest.length > 0 ? rest : this.#scratch;
  }

  /** Returns `false` to stop reading. */
  #onRead(length: number): boolean {
    const memory = this.#memory;
    if (!memory) return false;
    if (this.#filled === 0) memory.set(this.#scratch.subarray(0, length));
    this.#filled += length;
    if (this.#filled < memory.length) return true;
    this.#wake();
    return false;
  }

  #end(): void {
    this.#isEnded = true;
    this.#wake();
  }
}
