import type { Duplex } from "node:stream";
import type { IPCChannelError } from "../errors/ipc-channel-error.ts";
import { tooLarge } from "../errors/too-large.ts";
import { encodeHeader } from "../headers/header-writer.ts";
import type { PayloadRoute } from "../payloads/payload-carrier.ts";
import { isTurnOver, postpone, rejectInTurn } from "../queue/settle-in-turn.ts";
import { type FrameKind, frameKind, maxLength, prefixBytes } from "../wire/frame.ts";
import { lengthOf, type Payload, partsOf, SlabWriter } from "../wire/slab-writer.ts";
import { type Batch, newBatch } from "./batch.ts";

/** The largest batch of several frames, in bytes. Many small frames share a batch, and so a system call. A larger frame is a batch of its own. */
const batchBytes = 64 * 1024;

/** A batch with this many bytes does not wait for more frames. */
const fullBatchBytes = 60 * 1024;

/**
 * Later batches wait while this many bytes are in flight, because the stream completes all chunks of one write together. Two
 * batches may always be in flight, so that the socket never idles.
 */
const writingBytes = 256 * 1024;

/** The sending end of a connection. Encodes frames and writes them in order. Writes the frames of one tick together. */
export class Outbox {
  /** Resolves once nothing can be sent any more. */
  readonly refused: Promise<void>;
  #resolveRefused: () => void = () => {};
  readonly #duplex: Duplex;
  readonly #onError: (error: Error, isOwnFault?: true) => void;
  /** Batches in flight, oldest first. */
  readonly #writing: Batch[] = [];
  #writingBytes = 0;
  /** The first waiting batch. */
  #waiting: Batch | undefined;
  /** The last waiting batch, to which frames are added. */
  #open: Batch | undefined;
  #isScheduled = false;
  readonly #slab = new SlabWriter();
  #failure: IPCChannelError | undefined;
  #bufferedBytes = 0;
  #onIdle: (() => void)[] = [];
  /** {@link send} rejects messages over these limits. After the handshake, each limit is the lower of this side's and the peer's limit. */
  maxHeaderBytes: number = maxLength;
  maxPayloadBytes: number = maxLength;
  /** Takes payloads that travel outside the stream; `undefined` if all payloads travel in the stream. */
  route: Pick<PayloadRoute, "store"> | undefined;
  /** The number of written messages, and the number of written bytes of all frames. */
  readonly sent: { messages: number; bytes: number } = { messages: 0, bytes: 0 };

  /**
   * `onError` is called with the error of a failed write, and with `true` if this side is known to have caused the error. The
   * callback must call {@link fail}. The stream may emit the same error.
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

  /** The number of bytes passed to {@link send} that are not written yet. */
  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  /** Sends a frame. Resolves once the whole frame is written. A rejection that nobody awaits never causes an unhandledRejection. */
  send(kind: FrameKind, header: unknown, payload?: Payload): Promise<void> {
    try {
      if (this.#failure) throw this.#failure;
      const batch = this.#add(kind, header, payload);
      // A full batch does not wait for more frames. Any other batch is written at the end of the tick, or when a batch in flight completes.
      if (batch.bytes >= fullBatchBytes) this.#write();
      else if (!this.#isScheduled && this.#writing.length === 0) {
        this.#isScheduled = true;
        process.nextTick(this.#write);
      }
      return batch.written;
    } catch (error) {
      return rejectInTurn(error);
    }
  }

  /** Resolves once no batch waits or is in flight, including after {@link refuse} or {@link fail}. */
  async idle(): Promise<void> {
    if (this.#writing.length === 0 && !this.#waiting) return;
    await new Promise<void>((resolve) => {
      this.#onIdle.push(resolve);
    });
  }

  /** Rejects waiting batches and every later send with this error. Batches in flight settle when their write completes. */
  refuse(error: IPCChannelError): void {
    if (this.#failure) return;
    this.#failure = error;
    for (let batch = this.#waiting; batch; batch = batch.next) this.#reject(batch, error);
    this.#waiting = undefined;
    this.#open = undefined;
    this.#settleIdle();
    this.#resolveRefused();
  }

  /** Rejects every batch that is not written yet, and every later send, with this error. */
  fail(error: IPCChannelError): void {
    this.refuse(error);
    for (const batch of this.#writing.splice(0)) this.#reject(batch, error);
    this.#settleIdle();
  }

  #reject(batch: Batch, error: IPCChannelError): void {
    this.#bufferedBytes -= batch.bytes;
    batch.written.catch(() => {});
    batch.reject(error);
  }

  #settleIdle(): void {
    if (this.#writing.length === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  /** Encodes a frame into the last batch, or into a new one if the last one is in flight or full. */
  #add(kind: FrameKind, header: unknown, payload: Payload | undefined): Batch {
    const isMessage = kind === frameKind.message;
    let parts = payload === undefined ? undefined : partsOf(payload);
    const isBare = header === undefined && kind === frameKind.alive;
    const encoded = isBare ? noHeader : encodeHeader(header, isMessage ? this.maxHeaderBytes : maxLength);
    const headerLength = encoded.end - encoded.start;
    // Measured after encoding, because a getter of the header may transfer the payload's memory.
    let payloadLength = parts ? lengthOf(parts) : 0;
    const limit = isMessage ? this.maxPayloadBytes : maxLength;
    if (payloadLength > limit) throw tooLarge("payload", payloadLength, limit);
    const reference = parts && this.route?.store(parts, payloadLength);
    if (reference) {
      parts = [reference];
      payloadLength = reference.length;
    }
    const bytes = prefixBytes + headerLength + payloadLength;
    let batch = this.#open;
    if (!batch || batch.bytes + bytes > batchBytes) {
      if (batch) this.#slab.cut(batch.chunks);
      const next = newBatch();
      if (batch) batch.next = next;
      else this.#waiting = next;
      this.#open = next;
      batch = next;
    }
    const isReference = reference !== undefined;
    if (this.#slab.write(kind, encoded, parts, payloadLength, batch.chunks, isReference))
      batch.isBorrowed = true;
    batch.bytes += bytes;
    if (isMessage) batch.messages++;
    this.#bufferedBytes += bytes;
    return batch;
  }

  readonly #write = (): void => {
    this.#isScheduled = false;
    while (this.#waiting && (this.#writingBytes < writingBytes || this.#writing.length < 2)) {
      const batch = this.#waiting;
      if (batch === this.#open) {
        this.#slab.cut(batch.chunks);
        this.#open = undefined;
      }
      if (batch.isBorrowed && this.#isSpoilt(batch)) return;
      this.#waiting = batch.next;
      this.#writing.push(batch);
      this.#writingBytes += batch.bytes;
      try {
        const last = batch.chunks.length - 1;
        if (last > 0) this.#duplex.cork();
        for (let index = 0; index < last; index++) this.#duplex.write(batch.chunks[index]);
        this.#duplex.write(batch.chunks[last], this.#onTaken);
        if (last > 0) this.#duplex.uncork();
      } catch (error) {
        // A custom stream may throw here, and no caller would catch the exception.
        this.#onError(error as Error, true);
        return;
      }
    }
  };

  /** Called when the oldest batch in flight is written, or its write has failed. */
  readonly #onTaken = (error?: Error | null): void => {
    const batch = this.#writing[0];
    if (error) this.#onError(error);
    // The batch is missing if it was rejected while it was in flight.
    if (error || !batch || (batch.isBorrowed && this.#isSpoilt(batch))) return;
    this.#writing.shift();
    this.#writingBytes -= batch.bytes;
    this.#bufferedBytes -= batch.bytes;
    this.sent.messages += batch.messages;
    this.sent.bytes += batch.bytes;
    if (isTurnOver()) postpone(batch.resolve);
    else batch.resolve();
    if (this.#waiting) this.#write();
    if (this.#onIdle.length > 0) this.#settleIdle();
  };

  /** Fails the stream if a payload was transferred or resized before its send settled, because the original bytes may not have been sent. */
  #isSpoilt({ chunks, bytes }: Batch): boolean {
    let length = 0;
    for (const chunk of chunks) length += chunk.length;
    if (length === bytes) return false;
    const what = "a payload was transferred, disposed or resized before its send had settled";
    this.#onError(new TypeError(what), true);
    return true;
  }
}

const noHeader = { bytes: new Uint8Array(), start: 0, end: 0 };
