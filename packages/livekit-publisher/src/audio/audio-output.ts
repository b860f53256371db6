import type { Scheduler } from "@broadcast-ipc/protocol";
import { AudioFrame, AudioSource } from "@livekit/rtc-node";
import { LiveKitPublisherError } from "../livekit-publisher-error.ts";
import { outputChannels, outputRate } from "./audio-format.ts";

/**
 * Size of the library's queue, in ms; must be a multiple of 10. The library takes 10 ms from the queue every 10 ms, and
 * sends silence while the queue holds less. The queue fills, and delays audio, only by as much as audio arrived late.
 * `captureFrame` waits while the queue holds more than this size, so the delay stays below this size plus one piece.
 *
 * 100 ms cover an event loop that is blocked for 60 ms. On an overloaded machine, a queue of 50 ms sent three times as many
 * blocks of silence.
 */
const queueSize = 100;

/**
 * Maximum time that `captureFrame` may take, in ms. Two timers measure it; the second one takes `graceTime`. After the
 * event loop was blocked, a due timer runs before the events of native code. They arrive before the second timer.
 */
const stuckTime = 2_000;
const graceTime = 100;

/** Minimum time between two replacements of the source, in ms. */
const restartInterval = 5_000;

export interface AudioOutputOptions {
  readonly scheduler: Scheduler;
  /** Returns the next audio to hand over, in a buffer of its own; `undefined` if none is waiting. */
  readonly read: () => Int16Array | undefined;
  /** Called with ERR_LIVEKIT_AUDIO_STUCK or ERR_LIVEKIT_AUDIO_REJECTED. */
  readonly onFailure: (error: LiveKitPublisherError) => void;
  /** Called with a source that replaces the previous source, which is closed. */
  readonly onSource: (source: AudioSource) => void;
}

/** Hands audio over to an AudioSource, one piece at a time. A source that rejects or does not answer is replaced. */
export class AudioOutput {
  /** Number of audio frames that the library accepted. */
  frames = 0;
  /** Number of audio frames that the library rejected, or did not accept in time. */
  lostFrames = 0;
  /** Number of sources that were replaced. */
  restarts = 0;
  readonly #options: AudioOutputOptions;
  #source: AudioSource;
  #isBusy = false;
  #isClosed = false;
  #restartedAt = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;

  constructor(options: AudioOutputOptions) {
    this.#options = options;
    this.#source = openSource();
  }

  get source(): AudioSource {
    return this.#source;
  }

  /** Hands over waiting audio, unless the previous piece is pending. Called whenever audio was added. */
  run(): void {
    if (this.#isBusy || this.#isClosed) return;
    const pcm = this.#options.read();
    if (!pcm) return;
    this.#isBusy = true;
    this.#handOver(pcm);
  }

  /** Releases the source and the timer. Does not wait for a pending piece. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancelTimer?.();
    await this.#source.close();
  }

  async #handOver(pcm: Int16Array): Promise<void> {
    const frames = pcm.length / outputChannels;
    const failure = await Promise.race([capture(this.#source, pcm), this.#stuck()]);
    this.#cancelTimer?.();
    if (this.#isClosed) return;
    if (failure) {
      this.lostFrames += frames;
      this.#options.onFailure(failure);
      this.#restartWhenAllowed();
    } else {
      this.frames += frames;
      this.#isBusy = false;
      this.run();
    }
  }

  /** Resolves after {@link stuckTime}. Never resolves if the timer is cancelled before. */
  #stuck(): Promise<LiveKitPublisherError> {
    return new Promise((resolve) => {
      const giveUp = () => {
        const message = `The LiveKit library did not accept a piece of audio within ${stuckTime} ms`;
        resolve(new LiveKitPublisherError("ERR_LIVEKIT_AUDIO_STUCK", message));
      };
      this.#after(stuckTime - graceTime, () => this.#after(graceTime, giveUp));
    });
  }

  #restartWhenAllowed(): void {
    const wait = this.#restartedAt + restartInterval - this.#options.scheduler.now();
    if (wait > 0) this.#after(wait, () => this.#restart());
    else this.#restart();
  }

  #restart(): void {
    if (this.#isClosed) return;
    this.#restartedAt = this.#options.scheduler.now();
    const previous = this.#source;
    try {
      this.#source = openSource();
    } catch (error) {
      this.#options.onFailure(rejected("The LiveKit library could not open an audio source", error));
      this.#restartWhenAllowed();
      return;
    }
    previous.close().catch(() => {});
    this.restarts++;
    this.#options.onSource(this.#source);
    this.#isBusy = false;
    this.run();
  }

  #after(delay: number, callback: () => void): void {
    this.#cancelTimer = this.#options.scheduler.schedule(callback, delay);
  }
}

function openSource(): AudioSource {
  return new AudioSource(outputRate, outputChannels, queueSize);
}

/** Resolves with the failure, or with `undefined` when the library has accepted the audio. */
async function capture(source: AudioSource, pcm: Int16Array): Promise<LiveKitPublisherError | undefined> {
  try {
    await source.captureFrame(new AudioFrame(pcm, outputRate, outputChannels, pcm.length / outputChannels));
    return undefined;
  } catch (error) {
    return rejected("The LiveKit library rejected a piece of audio", error);
  }
}

function rejected(what: string, cause: unknown): LiveKitPublisherError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new LiveKitPublisherError("ERR_LIVEKIT_AUDIO_REJECTED", `${what}: ${reason}`, { cause });
}
