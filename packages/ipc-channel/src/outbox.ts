import type { Duplex } from "node:stream";
import { Batch } from "./batch.ts";
import { copyBytes } from "./copy-bytes.ts";
import { Fifo } from "./fifo.ts";
import { type FrameKind, frameKind, maxLength, prefixBytes } from "./frame.ts";
import { writePrefix } from "./frame-prefix.ts";
import { type EncodedHeader, encodeHeader } from "./header-codec.ts";
import type { IPCChannelError } from "./ipc-channel-error.ts";
import { Packer } from "./packer.ts";
import { lengthOf, partsOf } from "./payload-parts.ts";
import { requireWithin } from "./require-within.ts";
import { rejectInTurn, settleInTurn } from "./settle-in-turn.ts";

/** Payloads up to this size are copied behind their header, so that many frames leave as one buffer; larger ones are written as they are. */
const packedBytes = 16 * 1024;

/** With this much given to the stream, the rest waits here: what is in one of the stream's writes settles all at once. But a large batch is always followed by one more, so that the socket never runs dry. */
const writingBytes = 256 * 1024;

/** The sending end: encodes frames and writes them in order, those of one tick together. */
export class Outbox {
  /** Resolves once nothing can be sent any more. */
  readonly refused: Promise<void>;
  #resolveRefused: () => void = () => {};
  readonly #duplex: Duplex;
  readonly #onError: (error: Error, isOwnFault?: true) => void;
  readonly #packer = new Packer();
  /** What the stream was given and has not taken yet, in order. */
  readonly #writing = new Fifo<Batch>();
  #writingBytes = 0;
  /** Batches that the stream was not given yet, in order. The next message is added to the last one. */
  readonly #waiting = new Fifo<Batch>();
  #isScheduled = false;
  #failure: IPCChannelError | undefined;
  #bufferedBytes = 0;
  #onIdle: (() => void)[] = [];
  /** Messages above these make {@link send} reject; the lower of our own limits and the peer's, once those are known. */
  maxHeaderBytes: number = maxLength;
  maxPayloadBytes: number = maxLength;
  /** Messages, and bytes of all frames, that the stream has taken. */
  readonly sent: { messages: number; bytes: number } = { messages: 0, bytes: 0 };

  readonly #writeScheduled = (): void => {
    this.#isScheduled = false;
    this.#write();
  };

  /**
   * `onError` gets the error of a write, and whether that is known to be this side's own fault. It must call {@link fail}.
   * The stream may emit the same error.
   */
  constructor(
    duplex: Duplex,
    onError = (error: Error, _isOwnFault?: true): unknown => duplex.destroy(error),
  ) {
    this.#duplex = duplex;
    this.#onError = onError;
    this.refused = new Promise((resolve) => {
      this.#resolveRefused = resolve;
    });
  }

  /** Whether nothing can be sent any more. */
  get isFailed(): boolean {
    return this.#failure !== undefined;
  }

  /** Bytes accepted by {@link send} that the stream has not taken yet. */
  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  /** Resolves once the stream has taken the whole frame. A rejection that nobody awaits stays silent. */
  send(kind: FrameKind, header: unknown, payload?: Uint8Array | readonly Uint8Array[]): Promise<void> {
    try {
      if (this.#failure) throw this.#failure;
      const batch = this.#add(kind, header, payload);
      this.#schedule(batch);
      return batch.written;
    } catch (error) {
      return rejectInTurn(error);
    }
  }

  /** Resolves once no batch waits or is being written, including after {@link refuse} or {@link fail}. */
  async idle(): Promise<void> {
    if (this.#writing.length === 0 && this.#waiting.length === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle.push(resolve);
    });
  }

  /** Rejects batches that the stream was not given yet, and every later send, with this error. Batches under way settle as the stream takes them. */
  refuse(error: IPCChannelError): void {
    if (this.#failure) return;
    this.#failure = error;
    for (const batch of this.#waiting.clear()) {
      this.#bufferedBytes -= batch.bytes;
      batch.reject(error);
    }
    this.#tellIdle();
    this.#resolveRefused();
  }

  /** Rejects every batch that the stream has not taken yet, and every later send, with this error. */
  fail(error: IPCChannelError): void {
    this.refuse(error);
    for (const batch of this.#writing.clear()) batch.reject(error);
    this.#bufferedBytes = 0;
    this.#tellIdle();
  }

  #tellIdle(): void {
    if (this.#writing.length === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  /** Puts a frame into the last batch, or into a new one where that is being written or full. */
  #add(kind: FrameKind, header: unknown, payload: Uint8Array | readonly Uint8Array[] | undefined): Batch {
    const parts = payload === undefined ? none : partsOf(payload);
    const maxBytes = kind === frameKind.message ? this.maxHeaderBytes : maxLength;
    const encoded =
      header === undefined && kind === frameKind.alive ? noHeader : encodeHeader(header, maxBytes);
    // After encoding: a getter of the header may transfer the payload's memory.
    const payloadLength = lengthOf(parts);
    const headerLength = encoded.end - encoded.start;
    if (kind === frameKind.message) {
      requireWithin("header", headerLength, this.maxHeaderBytes);
      requireWithin("payload", payloadLength, this.maxPayloadBytes);
    }
    const packs = payloadLength <= packedBytes;
    const headLength = prefixBytes + headerLength;
    const bytes = headLength + payloadLength;
    const batch = this.#open(bytes);
    const head = this.#packer.reserve(packs ? bytes : headLength, batch.chunks);
    const { slab } = this.#packer;
    writePrefix(slab, head, kind, headerLength, payload === undefined ? undefined : payloadLength);
    copyBytes(encoded.bytes, encoded.start, slab, head + prefixBytes, headerLength);
    if (packs) {
      let end = head + headLength;
      for (const part of parts) {
        slab.set(part, end);
        end += part.length;
      }
    } else {
      this.#packer.cut(batch.chunks);
      // One by one: a list may hold more parts than a call may have arguments.
      for (const part of parts) batch.chunks.push(part);
    }
    batch.bytes += bytes;
    if (kind === frameKind.message) batch.messages++;
    this.#bufferedBytes += bytes;
    return batch;
  }

  #open(bytes: number): Batch {
    const { last } = this.#waiting;
    if (last?.hasRoomFor(bytes)) return last;
    if (last) this.#packer.cut(last.chunks);
    const batch = new Batch();
    this.#waiting.push(batch);
    return batch;
  }

  /** A full batch goes at once, while more is being encoded; others at the end of the tick, or when the stream is free again. */
  #schedule(batch: Batch): void {
    if (batch.isFull) this.#write();
    else if (!this.#isScheduled && this.#writing.length === 0) {
      this.#isScheduled = true;
      process.nextTick(this.#writeScheduled);
    }
  }

  #write(): void {
    while (this.#writingBytes < writingBytes || this.#writing.length < 2) {
      const batch = this.#waiting.first;
      if (!batch) return;
      if (this.#waiting.length === 1) this.#packer.cut(batch.chunks);
      if (this.#isSpoilt(batch)) return;
      this.#waiting.shift();
      this.#writing.push(batch);
      this.#writingBytes += batch.bytes;
      try {
        batch.writeTo(this.#duplex, (error) => (error ? this.#onError(error) : this.#onWritten(batch)));
      } catch (error) {
        // A custom stream may throw here, and no caller would catch it.
        this.#onError(error as Error, true);
        return;
      }
    }
  }

  /** Fails the stream if a payload was transferred or resized before its send settled: the bytes cannot be sent, or wrong ones were. */
  #isSpoilt(batch: Batch): boolean {
    if (batch.isWhole) return false;
    const what = "a payload was transferred, disposed or resized before its send had settled";
    this.#onError(new TypeError(what), true);
    return true;
  }

  /** The stream has taken the oldest batch. */
  #onWritten(batch: Batch): void {
    // The batch was rejected meanwhile.
    if (this.#writing.first !== batch || this.#isSpoilt(batch)) return;
    this.#writing.shift();
    this.#writingBytes -= batch.bytes;
    this.#bufferedBytes -= batch.bytes;
    this.sent.messages += batch.messages;
    this.sent.bytes += batch.bytes;
    settleInTurn(() => batch.resolve());
    this.#write();
    this.#tellIdle();
  }
}

const noHeader: EncodedHeader = { bytes: new Uint8Array(), start: 0, end: 0 };
const none: readonly Uint8Array[] = [];
