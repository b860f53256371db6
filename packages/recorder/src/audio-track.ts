import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { AudioFormat } from "@broadcast-ipc/receiver";
import { bytesPerFrame, convertAudio } from "./audio-conversion.ts";

/** A block of audio that follows the previous block without a gap. */
export interface AudioBlock {
  /** Microseconds since the start of the recording. */
  readonly timestamp: number;
  readonly data: Uint8Array;
}

/** Timestamp deviation in microseconds that counts as jitter and is not corrected. */
const tolerance = 60_000;

/** Timestamp deviation in microseconds above which audio is moved to its timestamp at once. */
const plainlyOff = 500_000;

/** How long a deviation between `tolerance` and `plainlyOff` must last before it is corrected, in microseconds. */
const patience = 1_000_000;

/**
 * If audio lags behind the video by more than `longestLag` microseconds, silence reduces the lag to `lagAfterSilence`.
 */
const longestLag = 1_000_000;
const lagAfterSilence = 500_000;

/** Maximum length of a block of silence, in microseconds. */
const silenceLength = 1_000_000;

/**
 * Builds a continuous audio track without I/O: gaps become silence, and overlaps are cut. The track keeps up with the
 * video, because an encoder that waits for audio would block the video.
 */
export class AudioTrack {
  readonly format: AudioFormat;
  readonly #origin: number;
  /** Length of the track in audio frames. */
  #length = 0;
  /** Time of the first deviation that has not been corrected, in microseconds; `undefined` without a deviation. */
  #offSince: number | undefined;
  /** Whether the last block was silence. Audio after silence is placed exactly at its timestamp. */
  #isSilent = true;

  /** @param origin Timestamp of the start of the recording. */
  constructor(format: AudioFormat, origin: number) {
    this.format = format;
    this.#origin = origin;
  }

  /**
   * Yields the blocks for a sample. Yields nothing if the sample ends before the recording starts, or if the track
   * already covers the sample's time.
   */
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

  /** Yields silence if the track lags too far behind a video frame at `timestamp`, in microseconds since the start. */
  *keepUp(timestamp: number): Generator<AudioBlock> {
    if (timestamp - this.#position <= longestLag) return;
    yield* this.#silence(timestamp - lagAfterSilence);
    this.#isSilent = true;
  }

  /** End of the track in microseconds since the start. */
  get #position(): number {
    return Math.round((this.#length * 1_000_000) / this.format.sampleRate);
  }

  #framesAt(timestamp: number): number {
    return Math.round((timestamp * this.format.sampleRate) / 1_000_000);
  }

  /** Whether audio that starts `shift` microseconds after the end of the track must be placed at its timestamp. */
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
