import { BroadcastImageCodec } from "@broadcast-ipc/image-codec";
import type { SourceSample } from "@broadcast-ipc/receiver/sink";
import { EncodeQueue } from "./encode-queue.ts";
import type { FrameRequest } from "./frame-request.ts";
import { renditionOf } from "./look.ts";
import { RenditionStream } from "./rendition-stream.ts";
import { SourceFrame } from "./source-frame.ts";

/**
 * The newest frame of the source, encoded once for all viewers that want the same. A frame that is sent unchanged needs no
 * turn and delays nobody. All other encodings take turns, so many renditions only lower their own frame rates.
 */
export class FrameShare {
  readonly #codec = new BroadcastImageCodec();
  readonly #queue = new EncodeQueue();
  readonly #streams = new Map<string, RenditionStream>();
  #newest: SourceFrame | undefined;
  #isHeld = false;
  #published = 0;
  #encodes = 0;

  /** The newest frame, even while it is held. */
  get last(): SourceFrame | undefined {
    return this.#newest;
  }

  /** The newest frame; `undefined` before the first one, and while it is held. */
  get newest(): SourceFrame | undefined {
    return this.#isHeld ? undefined : this.#newest;
  }

  /** Number of frames that the source has delivered. */
  get published(): number {
    return this.#published;
  }

  /** Number of frames that were encoded, each counted once for each rendition. */
  get encodes(): number {
    return this.#encodes;
  }

  /** Withholds the newest frame until the next one, or until {@link unhold}. Returns `false` if there is no frame. */
  hold(): boolean {
    this.#isHeld = this.#newest !== undefined;
    return this.#isHeld;
  }

  unhold(): void {
    this.#isHeld = false;
  }

  /** Replaces the newest frame, and disposes the sample when nothing reads it any more. Its data must not change until then. */
  publish(sample: SourceSample): SourceFrame {
    this.#isHeld = false;
    this.#newest?.[Symbol.dispose]();
    this.#newest = new SourceFrame(++this.#published, sample, this.#codec, this.#onEncode);
    return this.#newest;
  }

  /** Forgets the newest frame. Encodings that run are finished. */
  close(): void {
    this.#newest?.[Symbol.dispose]();
    this.#newest = undefined;
  }

  /**
   * Answers a request with the newest frame, or with a newer one that arrives until the request's turn. There must be a
   * frame.
   */
  request(request: FrameRequest): void {
    const frame = this.#newest;
    if (!frame) return;
    const rendition = renditionOf(request.look, frame.sample, frame.encoding);
    if (rendition.isUnchanged || frame.isEncoded(rendition)) {
      frame.read(() =>
        frame.encode(rendition).then(
          (encoded) => request.onFrame({ frame, encoded }),
          (error) => request.onFailure(frame, error),
        ),
      );
      return;
    }
    let stream = this.#streams.get(rendition.key);
    if (!stream) {
      const share = this;
      stream = new RenditionStream(rendition, {
        get newest() {
          return share.#newest;
        },
        request: (other) => this.request(other),
        onEncode: this.#onEncode,
      });
      this.#streams.set(rendition.key, stream);
    }
    stream.add(request);
    this.#queue.add(stream);
  }

  readonly #onEncode = (): void => {
    this.#encodes++;
  };

  /** Forgets the streams, and the encodings of the newest frame, that none of these looks needs. */
  keepOnly(looks: Iterable<FrameRequest["look"]>): void {
    const frame = this.#newest;
    if (!frame) return;
    const keys = new Set([...looks].map((look) => renditionOf(look, frame.sample, frame.encoding).key));
    for (const key of this.#streams.keys()) if (!keys.has(key)) this.#streams.delete(key);
    frame.keepOnly(keys);
  }
}
