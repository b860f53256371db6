import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { EncodedImageSample, ImageSample } from "@broadcast-ipc/image-codec";
import {
  type AudioDemand,
  type PageNotice,
  pageNoticeType,
  parsePageNotice,
  type VideoDemand,
} from "@broadcast-ipc/protocol";

/**
 * A video frame of a source, compressed if the receiver was opened with `decode: false`. Disposing a frame of a
 * `BroadcastReceiver` returns its memory to a pool, so do not read `data` afterwards.
 */
export type SourceSample = (ImageSample | EncodedImageSample) & Partial<Disposable>;

/** The members of a `BroadcastReceiver` that a sink uses. */
export interface ReceiverLike {
  /** See `BroadcastReceiver.name`. */
  readonly name: string | undefined;
  /** See `BroadcastReceiver.closed`. */
  readonly closed: Promise<{ readonly by: string; readonly code: string }>;
  /** See `BroadcastReceiver.samples`. */
  samples(options: {
    signal: AbortSignal;
    type: "image" | "audio";
  }): AsyncIterableIterator<SourceSample | AudioSample>;
  /** See `BroadcastReceiver.messages`. */
  messages(options: {
    signal: AbortSignal;
    types: readonly string[];
  }): AsyncIterableIterator<{ readonly data?: unknown; readonly payload?: Uint8Array | undefined }>;
  /** See `BroadcastReceiver.setDemand`. */
  setDemand(demand: { video?: VideoDemand | null; audio?: AudioDemand | null }): void;
  /** See `BroadcastReceiver.refresh`. */
  refresh(): void;
  /** See `BroadcastReceiver.send`. */
  send(type: string, data?: unknown, payload?: Uint8Array): Promise<void>;
  /** See `BroadcastReceiver.stats`. */
  stats(): { readonly age: unknown };
  /** See `BroadcastReceiver.close`. */
  close(): Promise<void>;
  /** Adds a listener. */
  on(event: "failure", listener: (error: Error) => void): unknown;
  /** Removes a listener. */
  off(event: "failure", listener: (error: Error) => void): unknown;
}

/** Callbacks of a {@link SourceReader}. */
export interface SourceReaderHandlers {
  /**
   * The receiver that is read from now on; `undefined` after it has ended, or after {@link SourceReader.close}. The first
   * call for a single receiver comes from the constructor of the reader.
   */
  onReceiver(receiver: ReceiverLike | undefined): void;
  /**
   * A frame or audio sample, which belongs to the callback: dispose it after its last use. It is consumed when the callback
   * returns, or when the promise that it returns settles. Meanwhile no further sample of the same type is read.
   */
  onSample(sample: SourceSample | AudioSample): void | Promise<void>;
  /** A notice of the captured page. */
  onNotice(notice: PageNotice): void;
  /**
   * Nothing arrives any more. `"ended"` is final; after `"interrupted"`, the source may yield another receiver. `reason` is
   * a sentence for viewers. `code` is that of the connection's end, or that of the error with which the source has failed
   * (`"failed"` if it has none), or `"closed"`.
   */
  onSilence(type: "interrupted" | "ended", reason: string, code: string): void;
  /** A failure of a receiver, of the source, or of another callback. The reader continues. */
  onFailure(error: unknown): void;
}

/**
 * Reads the samples and page notices of one receiver, or of the newest of many. Claims the receiver's messages of type
 * `"page"`. The caller owns the receivers, sets their demand, and closes them.
 */
export class SourceReader {
  readonly #handlers: SourceReaderHandlers;
  readonly #iterator: AsyncIterator<ReceiverLike> | undefined;
  #current: { readonly receiver: ReceiverLike; readonly abort: AbortController } | undefined;
  #hasMore: boolean;
  #readError: unknown;
  #isClosed = false;

  /** @param source A receiver, or an async iterable of receivers such as a `BroadcastServer`. Reading starts at once. */
  constructor(source: ReceiverLike | AsyncIterable<ReceiverLike>, handlers: SourceReaderHandlers) {
    this.#handlers = handlers;
    this.#hasMore = !isReceiver(source);
    if (isReceiver(source)) this.#read(source);
    else {
      this.#iterator = source[Symbol.asyncIterator]();
      this.#readAll(this.#iterator);
    }
  }

  /** Stops reading. The receiver stays open, with a demand for neither video nor audio. */
  close(): void {
    this.#isClosed = true;
    this.#leave();
    this.#iterator?.return?.()?.catch(() => {});
  }

  async #readAll(iterator: AsyncIterator<ReceiverLike>): Promise<void> {
    let end = { reason: "The broadcast has ended.", code: "closed" };
    try {
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
        if (this.#isClosed) return;
        this.#leave();
        this.#read(next.value);
      }
    } catch (error) {
      const { code } = (error ?? {}) as { readonly code?: unknown };
      end = { reason: "The source has failed.", code: typeof code === "string" ? code : "failed" };
      this.#handlers.onFailure(error);
    }
    this.#hasMore = false;
    if (!this.#current && !this.#isClosed) this.#handlers.onSilence("ended", end.reason, end.code);
  }

  async #read(receiver: ReceiverLike): Promise<void> {
    const abort = new AbortController();
    const current = { receiver, abort };
    this.#current = current;
    this.#handlers.onReceiver(receiver);
    const { signal } = abort;
    const { onSample, onNotice, onFailure } = this.#handlers;
    receiver.on("failure", onFailure);
    signal.addEventListener("abort", () => receiver.off("failure", onFailure), { once: true });
    await Promise.all([
      this.#each(signal, () => receiver.samples({ signal, type: "image" }), onSample),
      this.#each(signal, () => receiver.samples({ signal, type: "audio" }), onSample),
      this.#each(
        signal,
        () => receiver.messages({ signal, types: [pageNoticeType] }),
        ({ data, payload }) => onNotice(parsePageNotice(data, payload)),
      ),
    ]);
    if (current !== this.#current) return;
    const { by, code } = await receiver.closed;
    if (current !== this.#current) return;
    this.#current = undefined;
    abort.abort();
    this.#handlers.onReceiver(undefined);
    const reason =
      code === "closed" && by === "peer" ? "The source has ended." : "The connection to the source is lost.";
    this.#handlers.onSilence(this.#hasMore ? "interrupted" : "ended", reason, code);
  }

  /** Passes each item to a callback until the iterator ends. An item that the callback rejects does not affect others. */
  async #each<T>(
    signal: AbortSignal,
    open: () => AsyncIterableIterator<T>,
    take: (item: T) => void | Promise<void>,
  ): Promise<void> {
    try {
      for await (const item of open()) {
        if (signal.aborted) {
          (item as Partial<Disposable>)[Symbol.dispose]?.();
          return;
        }
        try {
          const taken = take(item);
          if (taken) await taken;
        } catch (error) {
          this.#handlers.onFailure(error);
        }
      }
    } catch (error) {
      // A failed channel ends all loops with one error.
      if (signal.aborted || error === this.#readError) return;
      this.#readError = error;
      this.#handlers.onFailure(error);
    }
  }

  /** Stops reading the current receiver. */
  #leave(): void {
    const current = this.#current;
    if (!current) return;
    this.#current = undefined;
    current.abort.abort();
    current.receiver.setDemand({ video: null, audio: null });
    this.#handlers.onReceiver(undefined);
  }
}

function isReceiver(source: ReceiverLike | AsyncIterable<ReceiverLike>): source is ReceiverLike {
  return typeof (source as Partial<ReceiverLike>).samples === "function";
}
