import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { AudioFormat } from "@broadcast-ipc/receiver";
import { bytesPerFrame, convertAudio } from "./audio-conversion.ts";

/** A block of audio that continues the previous one without a gap. */
export interface AudioBlock {
  /** Microseconds since the beginning of the recording. */
  readonly timestamp: number;
  readonly data: Uint8Array;
}

/** Microseconds. Audio is left where it is if its timestamp differs by at most this: timestamps jitter. */
const tolerance = 60_000;

/** Microseconds. A larger difference is corrected at once; a smaller one may be a short delay. */
const plainlyOff = 500_000;

/** Microseconds that a short delay may last. */
const patience = 1_000_000;

/** Microseconds that audio may lag behind the video before silence is inserted, and the lag after that. */
const longestLag = 1_000_000;
const lagAfterSilence = 500_000;

/** Maximum length of a block of silence, in microseconds. */
const silenceLength = 1_000_000;

/**
 * Builds a continuous audio track, as a pure state machine: gaps become silence, overlaps are cut. The track never ends
 * early, because an encoder that waits for audio would block the video.
 */
export class AudioTrack {
  readonly format: AudioFormat;
  readonly #origin: number;
  /** Audio frames so far. */
  #length = 0;
  /** Start of a small difference that has not been corrected, in microseconds. */
  #offSince: number | undefined;
  /** Whether the last block was silence, which audio need not join without a gap. */
  #isSilent = true;

  /** @param origin Timestamp at which the recording begins. */
  constructor(format: AudioFormat, origin: number) {
    this.format = format;
    this.#origin = origin;
  }

  /** The blocks for a sample; none if it lies before the beginning or before the end of the track. */
  *place(sample: AudioSample): Generator<AudioBlock> {
    const begin = sample.timestamp - this.#origin;
    let data = convertAudio(sample, this.format);
    const shift = begin - this.#position;
    if (this.#isOff(shift, begin)) {
      yield* this.#silence(begin);
      const excess = Math.max(0, this.#length - this.#framesAt(begin));
      data = data.subarray(excess * bytesPerFrame(this.format));
    }
    if (data.length === 0) return;
    this.#isSilent = false;
    yield this.#append(data);
  }

  /** Silence, if audio lags too far behind a video frame at `timestamp` (microseconds since the beginning). */
  *keepUp(timestamp: number): Generator<AudioBlock> {
    if (timestamp - this.#position <= longestLag) return;
    yield* this.#silence(timestamp - lagAfterSilence);
    this.#isSilent = true;
  }

  /** End of the track in microseconds since the beginning. */
  get #position(): number {
    return Math.round((this.#length * 1_000_000) / this.format.sampleRate);
  }

  #framesAt(timestamp: number): number {
    return Math.round((timestamp * this.format.sampleRate) / 1_000_000);
  }

  /** Whether audio that begins `shift` microseconds after the end of the track has to be moved. */
  #isOff(shift: number, timestamp: number): boolean {
    if (this.#isSilent || Math.abs(shift) > plainlyOff) return true;
    if (Math.abs(shift) <= tolerance) {
      this.#offSince = undefined;
      return false;
    }
    this.#offSince ??= timestamp;
    if (timestamp - this.#offSince < patience) return false;
    this.#offSince = undefined;
    return true;
  }

  *#silence(until: number): Generator<AudioBlock> {
    const end = this.#framesAt(until);
    const longest = this.#framesAt(silenceLength);
    while (this.#length < end) {
      const frames = Math.min(longest, end - this.#length);
      yield this.#append(new Uint8Array(frames * bytesPerFrame(this.format)));
    }
  }

  #append(data: Uint8Array): AudioBlock {
    const timestamp = this.#position;
    this.#length += data.length / bytesPerFrame(this.format);
    return { timestamp, data };
  }
}
