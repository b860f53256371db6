import { stat } from "node:fs/promises";
import { ImageCodecError } from "@broadcast-ipc/image-codec";
import type { ReceivedImageSample, ReceiverOptions, Sample } from "@broadcast-ipc/receiver";
import { checkFolder } from "../check-folder.ts";
import { FfmpegProcess } from "./ffmpeg-process.ts";
import { endOf, LiveWatch } from "./live-watch.ts";
import { Opening } from "./opening.ts";
import { RecordingStream } from "./recording-stream.ts";

/** What a {@link Recorder} takes. */
export interface RecorderOptions {
  /** The file, which is overwritten: H.264 and AAC in `.mp4`, VP9 and Opus in `.webm`. */
  readonly path: string;
  /** Whether there is a track of sound; silent where none comes. Default true. */
  readonly sound?: boolean | undefined;
  /** Called after each picture. */
  readonly onProgress?: ((progress: RecordingProgress) => void) | undefined;
}

/** How far a recording is. */
export interface RecordingProgress {
  /** From the first picture on. */
  readonly seconds: number;
  /** Pictures in it. */
  readonly pictures: number;
  /** Pictures that came and could not be converted to what is recorded. */
  readonly skipped: number;
  /** Of the file: what ffmpeg has said to have written, in the end its size. */
  readonly bytes: number;
}

/** The part of a receiver that a {@link Recorder} uses. */
export interface SampleSource {
  samples(options: { readonly signal: AbortSignal | undefined }): AsyncIterable<Sample>;
}

/**
 * Records samples to a file, through the ffmpeg on PATH: every picture at its own time, however irregular, and the
 * sound, with silence where there is none. ffmpeg gets one sample at a time, so who waits for it needs no memory for more.
 *
 * Pictures may change in size, format and encoding: they are fitted into the size of the first one.
 */
export class Recorder implements AsyncDisposable {
  /** For a receiver that is recorded: everything is wanted, and JPEGs are as good as pixels. */
  static readonly receiverOptions: ReceiverOptions = {
    demand: { video: { delivery: "all" }, audio: {} },
    decode: false,
  };

  readonly #options: RecorderOptions;
  #opening: Opening | undefined;
  #stream: RecordingStream | undefined;
  /** Each step waits for the one before; never rejects. */
  #steps: Promise<unknown> = Promise.resolve();
  #stopped: Promise<RecordingProgress> | undefined;
  /** Its memory is still needed. */
  #lastPicture: ReceivedImageSample | undefined;
  /** Timestamps. */
  #begin = Number.POSITIVE_INFINITY;
  #end = Number.NEGATIVE_INFINITY;
  #pictures = 0;
  #skipped = 0;
  #bytes = 0;

  private constructor(options: RecorderOptions) {
    this.#options = options;
    this.#opening = new Opening(options.sound !== false);
  }

  /**
   * Resolves when samples can be recorded; there is a file from the first picture on. Rejects with an Error that says in
   * a sentence why nothing can be recorded: there is no ffmpeg, say.
   */
  static async start(options: RecorderOptions): Promise<Recorder> {
    const { path } = options;
    if (!/\.(mp4|webm)$/.test(path)) throw new Error(`a recording is an .mp4 or a .webm file, not ${path}`);
    await checkFolder(path);
    await FfmpegProcess.check();
    return new Recorder(options);
  }

  /** How far it is. */
  get progress(): RecordingProgress {
    return {
      seconds: Math.max(0, this.#end - this.#begin) / 1_000_000,
      pictures: this.#pictures,
      skipped: this.#skipped,
      bytes: this.#bytes || (this.#stream?.writtenBytes ?? 0),
    };
  }

  /**
   * Records what a receiver yields. Resolves when its broadcast has ended, or `signal` aborts; another receiver may be
   * recorded then. Rejects with what broke the connection, or as {@link write} does. {@link stop} has to follow in any case.
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
   * Takes ownership of the sample, and disposes it. Resolves when ffmpeg has it, or a few of the first ones are kept.
   * Rejects with an Error that says in a sentence why the recording broke off: the disk is full, say.
   */
  write(sample: Sample): Promise<void> {
    if (this.#stopped) return Promise.reject(new Error("the recording has been stopped"));
    const step = this.#steps.then(() => this.#write(sample));
    // The failed write rejects its own promise. The next write is tried all the same.
    this.#steps = step.catch(() => {});
    return step;
  }

  /**
   * Finishes the file; the last picture lasts until the broadcast ended. Resolves with how far it has come: where there
   * was no picture, there is no file. Rejects as {@link write} does.
   */
  stop(): Promise<RecordingProgress> {
    this.#stopped ??= this.#finish();
    return this.#stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #write(sample: Sample): Promise<void> {
    if (sample.type === "audio" && this.#options.sound === false) return;
    if (!this.#opening) return this.#append(sample);
    this.#opening.add(sample);
    if (this.#opening.isOver) await this.#open(this.#opening);
  }

  async #open(opening: Opening): Promise<void> {
    const { path, sound } = this.#options;
    const { firstPicture, samples, soundFormat } = opening;
    this.#opening = undefined;
    if (!firstPicture) return;
    this.#begin = firstPicture.timestamp;
    this.#stream = await RecordingStream.open(path, firstPicture, sound === false ? undefined : soundFormat);
    for (const sample of samples) await this.#append(sample);
  }

  async #append(sample: Sample): Promise<void> {
    this.#end = Math.max(this.#end, endOf(sample));
    if (sample.type === "audio") return this.#stream?.writeSound(sample);
    try {
      await this.#stream?.writePicture(sample);
    } catch (error) {
      sample[Symbol.dispose]();
      if (!(error instanceof ImageCodecError)) throw error;
      this.#skipped++;
      return;
    }
    this.#lastPicture?.[Symbol.dispose]();
    this.#lastPicture = sample;
    this.#pictures++;
    this.#options.onProgress?.(this.progress);
  }

  async #finish(): Promise<RecordingProgress> {
    await this.#steps;
    if (this.#opening) await this.#open(this.#opening);
    if (this.#stream) {
      await this.#stream.finish(this.#end);
      this.#bytes = (await stat(this.#options.path)).size;
    }
    this.#lastPicture?.[Symbol.dispose]();
    return this.progress;
  }
}
