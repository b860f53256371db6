import { stat } from "node:fs/promises";
import { ImageCodecError } from "@broadcast-ipc/image-codec";
import type { ReceivedImageSample, ReceiverOptions, Sample } from "@broadcast-ipc/receiver";
import { checkFolder } from "./check-folder.ts";
import { FfmpegProcess } from "./ffmpeg-process.ts";
import { endOf, LiveWatch } from "./live-watch.ts";
import { Opening } from "./opening.ts";
import { RecordingStream } from "./recording-stream.ts";

/** Options of {@link Recorder.start}. */
export interface RecorderOptions {
  /** Path of the file: H.264 and AAC in `.mp4`, VP9 and Opus in `.webm`. An existing file is overwritten. */
  readonly path: string;
  /** Whether the file has an audio track. The track is silent while no audio arrives. Default: true. */
  readonly audio?: boolean | undefined;
  /** Called after each recorded frame. */
  readonly onProgress?: ((progress: RecordingProgress) => void) | undefined;
}

/** Progress of a recording. */
export interface RecordingProgress {
  /** Duration of the recording in seconds. */
  readonly seconds: number;
  /** Number of recorded frames. */
  readonly frames: number;
  /** Number of frames left out because they could not be converted. */
  readonly skipped: number;
  /** Size of the file in bytes: the size last reported by ffmpeg, or the final size after {@link Recorder.stop}. */
  readonly bytes: number;
}

/** The part of a receiver that {@link Recorder.record} uses. */
export interface SampleSource {
  samples(options: { readonly signal: AbortSignal | undefined }): AsyncIterable<Sample>;
}

/**
 * Records samples to a file with the ffmpeg on PATH. Every frame keeps its own timestamp, and gaps in the audio become
 * silence. One sample is written at a time, so memory stays bounded if the caller awaits each write.
 *
 * The size, format and encoding of the frames may change. All frames are scaled to fit into the size of the first
 * frame.
 */
export class Recorder implements AsyncDisposable {
  /** Options for a receiver whose samples are recorded: all samples are requested, and frames are not decoded. */
  static readonly receiverOptions: ReceiverOptions = {
    demand: { video: { delivery: "all" }, audio: {} },
    decode: false,
  };

  readonly #options: RecorderOptions;
  #opening: Opening | undefined;
  #stream: RecordingStream | undefined;
  /** Settles after the last write. Never rejects. */
  #steps: Promise<unknown> = Promise.resolve();
  #stopped: Promise<RecordingProgress> | undefined;
  /** The last recorded frame. The frame is not disposed yet, because the stream may still use its memory. */
  #lastFrame: ReceivedImageSample | undefined;
  /** Timestamps of the first frame and of the end of the recording. */
  #begin = Number.POSITIVE_INFINITY;
  #end = Number.NEGATIVE_INFINITY;
  #frames = 0;
  #skipped = 0;
  #bytes = 0;

  private constructor(options: RecorderOptions) {
    this.#options = options;
    this.#opening = new Opening(options.audio !== false);
  }

  /**
   * Resolves when samples can be written. The file is created with the first frame. Rejects with a user-facing Error if
   * recording is not possible, for example because ffmpeg is missing.
   */
  static async start(options: RecorderOptions): Promise<Recorder> {
    const { path } = options;
    if (!/\.(mp4|webm)$/.test(path))
      throw new Error(`a recording must be an .mp4 or .webm file, got ${path}`);
    await checkFolder(path);
    await FfmpegProcess.check();
    return new Recorder(options);
  }

  /** The progress so far. */
  get progress(): RecordingProgress {
    return {
      seconds: Math.max(0, this.#end - this.#begin) / 1_000_000,
      frames: this.#frames,
      skipped: this.#skipped,
      bytes: this.#bytes || (this.#stream?.writtenBytes ?? 0),
    };
  }

  /**
   * Records a receiver's samples. Resolves when the broadcast has ended or `signal` aborts; another receiver may
   * follow. Rejects if the connection breaks or a {@link write} fails. Call {@link stop} in all cases.
   */
  async record(receiver: SampleSource, signal?: AbortSignal): Promise<void> {
    const watch = new LiveWatch();
    try {
      for await (const sample of receiver.samples({ signal })) {
        watch.onSample(sample);
        await this.write(sample);
        watch.onWait();
      }
    } catch (error) {
      if (!signal?.aborted || error !== signal.reason) throw error;
    } finally {
      this.#end = Math.max(this.#end, watch.end);
    }
  }

  /**
   * Takes ownership of a sample, records it and disposes it. Resolves when the sample is written to ffmpeg, or is kept
   * in memory because ffmpeg has not been started yet. Rejects with a user-facing Error if the recording has failed,
   * for example because the disk is full.
   */
  write(sample: Sample): Promise<void> {
    if (this.#stopped) return Promise.reject(new Error("the recording has been stopped"));
    const step = this.#steps.then(() => this.#write(sample));
    // A failed write rejects only its own promise. The next write is still attempted.
    this.#steps = step.catch(() => {});
    return step;
  }

  /**
   * Finishes the file. The last frame lasts until the end of the broadcast. Resolves with the final progress. No file
   * is written if no frame was recorded. Rejects with a user-facing Error if the recording has failed.
   */
  stop(): Promise<RecordingProgress> {
    this.#stopped ??= this.#finish();
    return this.#stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #write(sample: Sample): Promise<void> {
    if (sample.type === "audio" && this.#options.audio === false) return;
    if (!this.#opening) return this.#append(sample);
    this.#opening.add(sample);
    if (this.#opening.isOver) await this.#open(this.#opening);
  }

  async #open(opening: Opening): Promise<void> {
    const { path, audio } = this.#options;
    const { firstFrame, samples, audioFormat } = opening;
    this.#opening = undefined;
    if (!firstFrame) return;
    this.#begin = firstFrame.timestamp;
    this.#stream = await RecordingStream.open(path, firstFrame, audio === false ? undefined : audioFormat);
    for (const sample of samples) await this.#append(sample);
  }

  async #append(sample: Sample): Promise<void> {
    this.#end = Math.max(this.#end, endOf(sample));
    if (sample.type === "audio") return this.#stream?.writeAudio(sample);
    try {
      await this.#stream?.writeFrame(sample);
    } catch (error) {
      sample[Symbol.dispose]();
      if (!(error instanceof ImageCodecError)) throw error;
      this.#skipped++;
      return;
    }
    this.#lastFrame?.[Symbol.dispose]();
    this.#lastFrame = sample;
    this.#frames++;
    this.#options.onProgress?.(this.progress);
  }

  async #finish(): Promise<RecordingProgress> {
    await this.#steps;
    if (this.#opening) await this.#open(this.#opening);
    if (this.#stream) {
      await this.#stream.finish(this.#end);
      this.#bytes = (await stat(this.#options.path)).size;
    }
    this.#lastFrame?.[Symbol.dispose]();
    return this.progress;
  }
}
