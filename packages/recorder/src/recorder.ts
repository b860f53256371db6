import { setImmediate as nextTurn } from "node:timers/promises";
import { checkOptionNames } from "@broadcast-ipc/ipc-channel";
import type { ReceiverOptions, Sample } from "@broadcast-ipc/receiver";
import { encoders } from "./container.ts";
import { findFfmpeg } from "./ffmpeg-program.ts";
import { LiveWatch } from "./live-watch.ts";
import { prepareFile } from "./output-file.ts";
import { RecorderError } from "./recorder-error.ts";
import {
  type RecorderOptions,
  type RecordingProgress,
  type RecordingSummary,
  recorderSettings,
} from "./recorder-options.ts";
import { Recording, type RecordingOptions } from "./recording.ts";

/** Interval between two checks for silence, in ms. */
const silenceInterval = 1000;

/** The part of a receiver that {@link Recorder.record} uses. */
export interface SampleSource {
  /** See `BroadcastReceiver.samples`. */
  samples(options: {
    readonly signal: AbortSignal | undefined;
    readonly type: Sample["type"];
  }): AsyncIterable<Sample>;
}

/**
 * Records samples to a file with the ffmpeg on PATH. Every frame keeps its own timestamp, and gaps in the audio become
 * silence.
 *
 * The size, format and encoding of the frames may change, and the source may restart with another clock. A sample that
 * cannot be recorded is skipped and counted.
 *
 * @example
 * await using recorder = await Recorder.start("session.mp4");
 * await recorder.record(receiver);
 * console.log(await recorder.stop());
 */
export class Recorder implements AsyncDisposable {
  /** Options for a receiver whose samples are recorded: all samples are requested, and frames are not decoded. */
  static readonly receiverOptions: ReceiverOptions = {
    demand: { video: { delivery: "all" }, audio: {} },
    decode: false,
  };

  readonly #recording: Recording;
  /** Aborts when the recording has failed, or {@link stop} was called. */
  readonly #over = new AbortController();
  readonly #watches = new Set<LiveWatch>();
  readonly #signal: AbortSignal | undefined;
  #stopped: Promise<RecordingSummary> | undefined;
  /** Whether a call other than the disposal has rejected, or will reject, if the recording has failed. */
  #isFailureReported = false;

  private constructor(options: Omit<RecordingOptions, "onFailure">) {
    const { signal } = options.settings;
    this.#recording = new Recording({ ...options, onFailure: () => this.#over.abort() });
    this.#signal = signal;
    signal?.addEventListener("abort", this.#abort, { once: true });
  }

  /**
   * Creates the file, whose name ends in `.mp4` or `.webm`. Resolves when samples can be written. ffmpeg starts with the
   * first frame. Rejects with RecorderError if recording is not possible, with a RangeError that names an invalid option,
   * or with `signal.reason`.
   *
   * @example
   * await using recorder = await Recorder.start("session.mp4", { video: { bitrate: 4_000_000 }, overwrite: true });
   */
  static async start(path: string, options: RecorderOptions = {}): Promise<Recorder> {
    const settings = recorderSettings(path, options);
    const { video, audio, signal } = settings;
    signal?.throwIfAborted();
    const codecs = [video.codec, ...(audio ? [audio.codec] : [])];
    const ffmpeg = await findFfmpeg(codecs.map((codec) => encoders[codec]));
    const isNew = await prepareFile(settings.path, settings.overwrite);
    const recorder = new Recorder({ settings, ffmpeg, isNew });
    if (signal?.aborted) {
      await recorder.stop();
      throw signal.reason;
    }
    return recorder;
  }

  /** The progress so far. */
  get progress(): RecordingProgress {
    return this.#recording.progress;
  }

  /**
   * Records a receiver's samples. Resolves when the broadcast has ended, `signal` aborts, or {@link stop} is called;
   * another receiver may follow. Rejects with RecorderError if the recording has failed, and with the receiver's error if
   * its connection breaks. Does not read the receiver's messages. Call {@link stop} in all cases.
   *
   * @example
   * await using server = await BroadcastReceiver.listen(socketPath("screen"), Recorder.receiverOptions);
   * await using recorder = await Recorder.start("session.mp4");
   * // One recording, also if the source restarts.
   * for await (const receiver of server) await recorder.record(receiver);
   */
  async record(
    receiver: SampleSource,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<void> {
    checkOptionNames(options, { signal: true });
    const signals = [this.#over.signal, ...(options.signal ? [options.signal] : [])];
    const signal = AbortSignal.any(signals);
    const watch = new LiveWatch();
    this.#watches.add(watch);
    const silence = setInterval(() => this.#recording.keepUp(watch), silenceInterval).unref();
    let audioWrite: Promise<void> | undefined;
    const recordAll = async (type: Sample["type"]) => {
      for await (const sample of receiver.samples({ signal, type })) {
        watch.onSample(sample);
        while (type === "image" && audioWrite) await audioWrite.then(nextTurn);
        const write = this.#writeUnlessFull(sample);
        if (type === "audio") audioWrite = write;
        await write;
        if (type === "audio") audioWrite = undefined;
        watch.onWait();
      }
    };
    try {
      // A receiver drops audio that waits for more than 500 ms. So audio does not wait behind a frame that waits for ffmpeg,
      // and audio that waits is recorded before the next frame. If the connection breaks, both loops end with its error, each
      // after the samples that wait.
      const ends = await Promise.allSettled([recordAll("image"), recordAll("audio")]);
      for (const end of ends) if (end.status === "rejected") throw end.reason;
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      clearInterval(silence);
      this.#noteEnd(watch);
    }
    const { failure } = this.#recording;
    if (!failure) return;
    this.#isFailureReported = true;
    throw failure;
  }

  /**
   * Takes ownership of a sample, records it and disposes it. Resolves when the sample is written to ffmpeg, is kept in
   * memory because it is audio before the first frame, or is skipped because it cannot be recorded.
   *
   * Rejects with RecorderError if the recording has failed or was stopped, or with ERR_RECORDER_TOO_MUCH_WAITING if 256
   * other samples or 256 MiB wait. A rejected sample is disposed as well.
   */
  async write(sample: Sample): Promise<void> {
    try {
      await this.#recording.write(sample);
    } catch (error) {
      if (error === this.#recording.failure) this.#isFailureReported = true;
      throw error;
    }
  }

  /**
   * Finishes the file, and joins its parts if it has grown. The last frame lasts until the end of the broadcast. Resolves
   * with what is in the file. No file is left if no frame was recorded. Rejects with RecorderError if the recording has failed, at the latest 12 s after ffmpeg
   * has made progress. Later calls return the same promise.
   */
  stop(): Promise<RecordingSummary> {
    this.#isFailureReported = true;
    return this.#stop();
  }

  /** Like {@link stop}, but resolves if {@link record}, {@link write} or {@link stop} has reported the failure. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#stop();
    } catch (error) {
      // At the end of an `await using` block, a second error would hide the first one in a SuppressedError.
      if (!this.#isFailureReported) throw error;
    }
  }

  readonly #abort = (): void => {
    // The caller learns of a failure from its own call of stop().
    this.#stop().catch(() => {});
  };

  #stop(): Promise<RecordingSummary> {
    this.#stopped ??= this.#finish();
    return this.#stopped;
  }

  #finish(): Promise<RecordingSummary> {
    this.#signal?.removeEventListener("abort", this.#abort);
    for (const watch of this.#watches) this.#noteEnd(watch);
    this.#over.abort();
    return this.#recording.finish();
  }

  #noteEnd(watch: LiveWatch): void {
    if (this.#watches.delete(watch)) this.#recording.extend(watch);
  }

  async #writeUnlessFull(sample: Sample): Promise<void> {
    try {
      await this.#recording.write(sample);
    } catch (error) {
      if (!(error instanceof RecorderError) || error.code !== "ERR_RECORDER_TOO_MUCH_WAITING") throw error;
    }
  }
}
