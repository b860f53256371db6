import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { AudioFormat } from "@broadcast-ipc/receiver";
import { bytesPerFrame, convertSound } from "./sound-conversion.ts";

/** A stretch of sound that follows the one before without a gap. */
export interface SoundBlock {
  /** Microseconds since the beginning of the recording. */
  readonly timestamp: number;
  readonly data: Uint8Array;
}

/** Sound whose time is off by no more than this is in its place, in microseconds: timestamps jitter. */
const tolerance = 60_000;

/** Sound that is off by more than this is put right at once, in microseconds; in between, it may be a moment's delay. */
const plainlyOff = 500_000;

/** For how long a moment's delay may last, in microseconds. */
const patience = 1_000_000;

/** How far sound may be behind the pictures until silence takes its place, and how far behind that ends, in microseconds. */
const longestLag = 1_000_000;
const lagAfterSilence = 500_000;

/** The longest block of silence, in microseconds. */
const silenceLength = 1_000_000;

/**
 * Makes one unbroken track of the sound that comes, as a pure state machine: what is missing becomes silence, and what
 * comes twice goes. An encoder that waits for sound would hold up the pictures, so there is always some.
 */
export class SoundTrack {
  readonly format: AudioFormat;
  readonly #origin: number;
  /** Frames so far. */
  #length = 0;
  /** Since when the sound is off, but not plainly, in microseconds. */
  #offSince: number | undefined;
  /** Whether the last block was silence, so that sound need not join on. */
  #isSilent = true;

  /** @param origin The timestamp at which the recording begins. */
  constructor(format: AudioFormat, origin: number) {
    this.format = format;
    this.#origin = origin;
  }

  /** The blocks that the sample comes to; none where it lies before the beginning, or before what is there already. */
  *place(sample: AudioSample): Generator<SoundBlock> {
    const begin = sample.timestamp - this.#origin;
    let data = convertSound(sample, this.format);
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

  /** Silence where there has been no sound for too long before a picture at `timestamp` (microseconds since the beginning). */
  *keepUp(timestamp: number): Generator<SoundBlock> {
    if (timestamp - this.#position <= longestLag) return;
    yield* this.#silence(timestamp - lagAfterSilence);
    this.#isSilent = true;
  }

  /** Microseconds since the beginning. */
  get #position(): number {
    return Math.round((this.#length * 1_000_000) / this.format.sampleRate);
  }

  #framesAt(timestamp: number): number {
    return Math.round((timestamp * this.format.sampleRate) / 1_000_000);
  }

  /** Whether sound that begins so much later than what is there ends has to be moved. */
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

  *#silence(until: number): Generator<SoundBlock> {
    const end = this.#framesAt(until);
    const longest = this.#framesAt(silenceLength);
    while (this.#length < end) {
      const frames = Math.min(longest, end - this.#length);
      yield this.#append(new Uint8Array(frames * bytesPerFrame(this.format)));
    }
  }

  #append(data: Uint8Array): SoundBlock {
    const timestamp = this.#position;
    this.#length += data.length / bytesPerFrame(this.format);
    return { timestamp, data };
  }
}
