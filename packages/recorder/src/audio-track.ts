import {
  AudioCodecError,
  type AudioSample,
  BroadcastAudioCodec,
  bytesPerSample,
  mixToStereo,
} from "@broadcast-ipc/audio-codec";
import type { AudioFormat } from "@broadcast-ipc/receiver";
import { AudioResampler } from "./audio-resampler.ts";
import { DriftControl } from "./drift-control.ts";
import { type AudioBlock, SilenceQueue } from "./silence-queue.ts";

/** Rate of the track. AAC and Opus encode this rate directly. */
const trackRate = 48_000;

/** Minimum rate of a sample, in Hz. One audio frame of a lower rate would become more than 48 frames. */
const minRate = 1_000;

/** Timestamp deviation in microseconds up to which audio is stretched instead of being moved to its timestamp. */
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

/**
 * Silence of one call in microseconds: twice the time since the previous call, within these limits. ffmpeg takes less
 * than 0.5 s to encode `mostSilence`.
 */
const leastSilence = 2_000_000;
const mostSilence = 120_000_000;

/**
 * Builds a continuous audio track without I/O. Samples of any rate and number of channels become stereo floats at 48 kHz.
 * Gaps become silence, and overlaps are cut. Audio whose clock drifts from its timestamps is stretched by at most 0.5 %.
 * The track keeps up with the video, because an encoder that waits for audio would block the video.
 */
export class AudioTrack {
  /** The format of all blocks. */
  static readonly format: AudioFormat = { format: "f32", sampleRate: trackRate, numberOfChannels: 2 };

  readonly #queue = new SilenceQueue(trackRate);
  readonly #codec = new BroadcastAudioCodec();
  readonly #drift = new DriftControl();
  #resampler = new AudioResampler(trackRate, trackRate);
  /** Time of the first deviation that has not been corrected, in microseconds; `undefined` without a deviation. */
  #offSince: number | undefined;
  /** Whether the track ends with silence. Audio after silence is placed exactly at its timestamp. */
  #isSilent = true;
  /** Timestamp of the last call. */
  #calledAt = 0;

  /**
   * Yields the blocks for a sample. Audio before the start of the recording, and audio that overlaps the track, is left
   * out. A long gap is yielded in parts: later calls yield the rest. The sample may be disposed when the generator ends.
   *
   * Throws AudioCodecError for an invalid sample before the first block. The track can still be used.
   * @param timestamp Microseconds since the start of the recording; may be negative.
   */
  *place(sample: AudioSample, timestamp: number): Generator<AudioBlock> {
    const { metadata, data } = this.#codec.encode(sample);
    const { format, numberOfChannels, numberOfFrames, sampleRate } = metadata;
    if (sampleRate < minRate) {
      const message = `sampleRate: must be at least ${minRate} to be recorded, got ${sampleRate}`;
      throw new AudioCodecError("ERR_AUDIO_INVALID_SAMPLE", message);
    }
    if (sampleRate !== this.#resampler.inputRate) {
      this.#flush();
      this.#resampler = new AudioResampler(sampleRate, trackRate);
    }
    const cut = Math.round(this.#align(timestamp) * sampleRate);
    yield* this.#take(timestamp);
    const bytesPerFrame = numberOfChannels * bytesPerSample[format];
    // At most one second is converted at a time, so that memory stays bounded.
    for (let frame = cut; frame < numberOfFrames && !this.#queue.isFull; frame += sampleRate) {
      const frames = Math.min(sampleRate, numberOfFrames - frame);
      const piece = data.subarray(frame * bytesPerFrame, (frame + frames) * bytesPerFrame);
      const stereo = mixToStereo(
        { type: "audio", ...metadata, numberOfFrames: frames, data: piece },
        { format: "f32" },
      );
      const stretch = this.#stretch(timestamp + (frame * 1e6) / sampleRate, (frames * 1e6) / sampleRate);
      this.#queue.addAudio(this.#resampler.push(stereo, stretch));
      this.#isSilent = false;
      // Audio waits if the call has left silence before it.
      yield* this.#queue.take(0);
    }
  }

  /** Yields silence if the track lags too far behind a video frame at `timestamp`, in microseconds since the start. */
  *keepUp(timestamp: number): Generator<AudioBlock> {
    if (timestamp - this.#position > longestLag) this.#silence(timestamp - lagAfterSilence);
    yield* this.#take(timestamp);
  }

  /** Yields everything that earlier calls have left. Called once, at the end of the recording. */
  *finish(): Generator<AudioBlock> {
    this.#flush();
    yield* this.#queue.take(Number.POSITIVE_INFINITY);
  }

  /** End of the track in microseconds since the start, with the audio that the resampler holds back. */
  get #position(): number {
    return (this.#queue.length * 1_000_000) / trackRate + this.#resampler.heldBack;
  }

  *#take(timestamp: number): Generator<AudioBlock> {
    const time = Math.min(mostSilence, Math.max(leastSilence, 2 * (timestamp - this.#calledAt)));
    this.#calledAt = Math.max(this.#calledAt, timestamp);
    yield* this.#queue.take(framesAt(time));
  }

  /** Moves audio that deviates too much to its timestamp. Returns how many seconds of its start must be left out. */
  #align(timestamp: number): number {
    if (!this.#isOff(timestamp - this.#position, timestamp)) return 0;
    this.#silence(timestamp);
    return Math.max(0, this.#queue.length - framesAt(timestamp)) / trackRate;
  }

  /** Whether audio that starts `shift` microseconds after the end of the track must be placed at its timestamp. */
  #isOff(shift: number, timestamp: number): boolean {
    if (this.#isSilent || Math.abs(shift) > plainlyOff) return true;
    if (Math.abs(shift) <= tolerance) {
      this.#offSince = undefined;
      return false;
    }
    this.#offSince ??= timestamp;
    return timestamp - this.#offSince >= patience;
  }

  #stretch(timestamp: number, duration: number): number {
    const deviation = timestamp - this.#position;
    return Math.abs(deviation) > tolerance ? 0 : this.#drift.update(deviation, duration);
  }

  /** Adds silence up to a timestamp. Audio after it is placed exactly. */
  #silence(until: number): void {
    this.#flush();
    this.#drift.reset();
    this.#offSince = undefined;
    this.#queue.addSilence(framesAt(until) - this.#queue.length);
    this.#isSilent = true;
  }

  /** Adds the audio that the resampler holds back. */
  #flush(): void {
    this.#queue.addAudio(this.#resampler.flush());
  }
}

function framesAt(timestamp: number): number {
  return Math.round((timestamp * trackRate) / 1_000_000);
}
