import {
  AudioCodecError,
  type AudioSample,
  BroadcastAudioCodec,
  bytesPerSample,
  mixToStereo,
} from "@broadcast-ipc/audio-codec";
import type { Scheduler } from "@broadcast-ipc/protocol";
import type { AudioSource } from "@livekit/rtc-node";
import { LiveKitPublisherError } from "../livekit-publisher-error.ts";
import { outputRate } from "./audio-format.ts";
import { AudioOutput } from "./audio-output.ts";
import { maxSampleTime, PcmLane } from "./pcm-lane.ts";
import { RateConverter } from "./rate-converter.ts";

/** Minimum rate, in Hz. The library's resampler holds back up to 150 ms at this rate, and almost a second at 1 kHz. */
const minRate = 4_000;

/** Maximum number of reasons that are remembered as reported. */
const maxReasons = 32;

/** Counters of an {@link AudioFeed}. */
export interface AudioFeedStats {
  /** Number of audio frames at 48 kHz that the LiveKit library accepted. An audio frame has one value for each channel. */
  readonly frames: number;
  /** Duration of the audio that was dropped because too much was waiting, or because the library did not accept it. */
  readonly droppedSeconds: number;
  /** Duration of the audio that is waiting to be handed over. */
  readonly waitingSeconds: number;
  /** Number of sources that failed and were replaced. */
  readonly restarts: number;
}

export interface AudioFeedOptions {
  readonly scheduler: Scheduler;
  /**
   * Called with each ERR_LIVEKIT_AUDIO_STUCK, and once for each reason with ERR_LIVEKIT_INVALID_SAMPLE and
   * ERR_LIVEKIT_AUDIO_REJECTED. Audio continues with the next sample.
   */
  readonly onFailure: (error: LiveKitPublisherError) => void;
  /** Called with a new source, which must be published instead of the previous one. The previous source is closed. */
  readonly onSource: (source: AudioSource) => void;
}

/** Converts audio samples of any format to 16-bit stereo at 48 kHz, and hands them over to an rtc-node AudioSource. */
export class AudioFeed {
  readonly #options: AudioFeedOptions;
  readonly #codec = new BroadcastAudioCodec();
  readonly #converter = new RateConverter();
  readonly #lane = new PcmLane();
  readonly #output: AudioOutput;
  readonly #reasons = new Set<string>();
  #cutSeconds = 0;
  #isClosed = false;

  constructor(options: AudioFeedOptions) {
    this.#options = options;
    this.#output = new AudioOutput({
      scheduler: options.scheduler,
      read: () => this.#lane.read(),
      onFailure: (error) => this.#report(error),
      onSource: options.onSource,
    });
  }

  /** The current source, until `onSource` is called with another. It accepts audio even if its track is not published. */
  get source(): AudioSource {
    return this.#output.source;
  }

  get stats(): AudioFeedStats {
    const droppedFrames = this.#lane.droppedFrames + this.#output.lostFrames;
    return {
      frames: this.#output.frames,
      droppedSeconds: this.#cutSeconds + droppedFrames / outputRate,
      waitingSeconds: this.#lane.frames / outputRate,
      restarts: this.#output.restarts,
    };
  }

  /** Copies the sample, which may be disposed when this method returns. Never throws: failures go to `onFailure`. */
  push(sample: AudioSample): void {
    if (this.#isClosed) return;
    try {
      this.#convert(sample);
    } catch (error) {
      this.#report(asFailure(error));
    }
    this.#output.run();
  }

  /** Releases the source, the resampler and all timers. Waiting audio is discarded. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#converter.close();
    await this.#output.close();
  }

  #convert(sample: AudioSample): void {
    const { metadata, data } = this.#codec.encode(sample);
    const { format, numberOfChannels, numberOfFrames, sampleRate } = metadata;
    if (sampleRate < minRate) {
      const message = `sampleRate: must be at least ${minRate} to be published, got ${sampleRate}`;
      throw new AudioCodecError("ERR_AUDIO_INVALID_SAMPLE", message);
    }
    const cut = Math.max(0, numberOfFrames - maxSampleTime * sampleRate);
    this.#cutSeconds += cut / sampleRate;
    const rest = data.subarray(cut * numberOfChannels * bytesPerSample[format]);
    const kept: AudioSample = {
      type: "audio",
      ...metadata,
      numberOfFrames: numberOfFrames - cut,
      data: rest,
    };
    const stereo = mixToStereo(kept, { format: "s16" });
    const now = this.#options.scheduler.now();
    for (const pcm of this.#converter.convert(stereo, sampleRate)) this.#lane.write(pcm, now);
  }

  #report(error: LiveKitPublisherError): void {
    const reason = `${error.code} ${error.message.replace(/\d+/g, "#")}`;
    if (error.code !== "ERR_LIVEKIT_AUDIO_STUCK") {
      if (this.#reasons.has(reason) || this.#reasons.size >= maxReasons) return;
      this.#reasons.add(reason);
    }
    this.#options.onFailure(error);
  }
}

function asFailure(error: unknown): LiveKitPublisherError {
  const reason = error instanceof Error ? error.message : String(error);
  return error instanceof AudioCodecError
    ? new LiveKitPublisherError("ERR_LIVEKIT_INVALID_SAMPLE", `Audio sample: ${reason}`, { cause: error })
    : new LiveKitPublisherError(
        "ERR_LIVEKIT_AUDIO_REJECTED",
        `The LiveKit library could not resample audio: ${reason}`,
        { cause: error },
      );
}
