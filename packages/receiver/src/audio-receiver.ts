import { type AudioMetadata, type AudioSample, BroadcastAudioCodec } from "@broadcast-ipc/audio-codec";
import { AudioLane } from "@broadcast-ipc/protocol";
import type { ReceiverStats } from "./receiver-stats.ts";

/** The longest duration of sound that waits to be taken, in ms. {@link AudioLane} also bounds count and bytes. */
const maxBufferedMs = 500;

/** The receiver's audio lane: decodes sound as it comes, and keeps what waits, in order. */
export class AudioReceiver {
  readonly #codec = new BroadcastAudioCodec();
  readonly #waiting: AudioLane<AudioSample> = new AudioLane(maxBufferedMs);
  readonly #counts = { received: 0, consumed: 0, undecodable: 0, dropped: 0 };
  #isWanted = false;

  get counts(): ReceiverStats["audio"] {
    const { received, consumed, undecodable, dropped } = this.#counts;
    return { ...this.#counts, pending: received - consumed - undecodable - dropped };
  }

  /** Sound that comes while it is not wanted is dropped. */
  setDemand(isWanted: boolean): void {
    this.#isWanted = isWanted;
    if (!isWanted) this.#counts.dropped += this.#waiting.clear().length;
  }

  /** Takes a stretch of sound as it came; throws AudioCodecError where it is none. */
  push(metadata: unknown, data: Uint8Array | undefined): void {
    this.#counts.received++;
    if (!this.#isWanted) {
      this.#counts.dropped++;
      return;
    }
    try {
      const sample = this.#codec.decode(data, metadata as AudioMetadata);
      this.#counts.dropped += this.#waiting.push(sample).length;
    } catch (error) {
      this.#counts.undecodable++;
      throw error;
    }
  }

  /** Takes the oldest stretch. */
  shift(): (AudioSample & Disposable) | undefined {
    const sample = this.#waiting.shift();
    if (!sample) return undefined;
    this.#counts.consumed++;
    return Object.assign(new DisposableAudio(), sample);
  }
}

/** The payload pool takes nothing as small as audio, so disposing audio does nothing. */
class DisposableAudio implements Disposable {
  [Symbol.dispose](): void {}
}
