import { isUint8Array } from "node:util/types";
import { now, type ReceivedImageSample, type Sample } from "@broadcast-ipc/receiver";
import type { Arrival } from "./arrival.ts";
import { EarlyAudio } from "./early-audio.ts";
import type { FfmpegProgram } from "./ffmpeg-program.ts";
import { FramePacker } from "./frame-packer.ts";
import type { LiveWatch } from "./live-watch.ts";
import { fileSize, removeIfEmpty } from "./output-file.ts";
import { RecorderError } from "./recorder-error.ts";
import type { RecorderSettings, RecordingProgress, RecordingSummary } from "./recorder-options.ts";
import { RecordingCounts } from "./recording-counts.ts";
import { RecordingStream } from "./recording-stream.ts";
import { Timeline } from "./timeline.ts";
import { WriteQueue } from "./write-queue.ts";

/** How far the audio may be behind this process's clock before silence is recorded, in microseconds. */
const latestAudio = 5_000_000;

export interface RecordingOptions {
  readonly settings: RecorderSettings;
  readonly ffmpeg: FfmpegProgram;
  /** Whether the file was created for this recording. */
  readonly isNew: boolean;
  /** Called once when the recording has failed. */
  readonly onFailure: () => void;
}

/** The state of a recording: writes one sample after another to a {@link RecordingStream}, and counts them. */
export class Recording {
  readonly #options: RecordingOptions;
  readonly #queue = new WriteQueue();
  readonly #counts = new RecordingCounts();
  readonly #earlyAudio = new EarlyAudio();
  #timeline: Timeline | undefined;
  #stream: RecordingStream | undefined;
  #isStopped = false;
  /** The last recorded frame. The frame is not disposed yet, because the stream may still use its memory. */
  #lastFrame: ReceivedImageSample | undefined;

  constructor(options: RecordingOptions) {
    this.#options = options;
    this.#queue.onFailure = options.onFailure;
    this.#queue.describe = (error) => this.#withFiles(error);
  }

  /** Why the recording has failed; `undefined` otherwise. */
  get failure(): RecorderError | undefined {
    return this.#queue.failure;
  }

  get progress(): RecordingProgress {
    return this.#counts.progress({
      seconds: (this.#timeline?.end ?? 0) / 1_000_000,
      bytes: this.#stream?.writtenBytes ?? 0,
    });
  }

  /** See {@link Recorder.write}. */
  write(sample: Sample): Promise<void> {
    const isFrame = sample.type === "image";
    if (this.failure || this.#isStopped) {
      dispose(sample);
      const stopped = new RecorderError("ERR_RECORDER_STOPPED", "the recording has been stopped");
      return Promise.reject(this.failure ?? stopped);
    }
    const leave = this.#queue.enter(sample);
    if (isFrame) this.#counts.receive();
    if (!leave) {
      dispose(sample);
      if (isFrame) this.#counts.leaveOut();
      const message = "too many samples wait for ffmpeg; await each write";
      return Promise.reject(new RecorderError("ERR_RECORDER_TOO_MUCH_WAITING", message));
    }
    const arrival = { sample, time: now() };
    return this.#queue.run(() => this.#write(arrival).finally(leave));
  }

  /** Records silence if the broadcast goes on without audio. */
  keepUp(watch: LiveWatch): void {
    if (!watch.isLive || !this.#queue.isEmpty || this.#isStopped || this.failure) return;
    const time = now();
    const position = this.#timeline?.at(time - latestAudio, time);
    if (position !== undefined) this.#queue.run(async () => this.#stream?.keepUp(position)).catch(() => {});
  }

  /** Extends the recording to the end of a broadcast. */
  extend({ end }: LiveWatch): void {
    if (end === undefined) return;
    const time = now();
    // The first frame, which starts the timeline, may still be in the queue.
    this.#queue.run(async () => this.#timeline?.extendTo(end, time)).catch(() => {});
  }

  /** See {@link Recorder.stop}. */
  async finish(): Promise<RecordingSummary> {
    this.#isStopped = true;
    await this.#queue.idle;
    try {
      if (this.failure) throw this.failure;
      return await this.#finishFile();
    } catch (error) {
      this.#queue.fail(error);
      await this.#stream?.abandon();
      if (this.#options.isNew) await removeIfEmpty(this.#options.settings.path);
      throw this.failure ?? error;
    } finally {
      for (const { sample } of this.#earlyAudio.takeAll()) dispose(sample);
      if (this.#lastFrame) dispose(this.#lastFrame);
    }
  }

  async #finishFile(): Promise<RecordingSummary> {
    const { settings, isNew } = this.#options;
    const end = this.#timeline?.end ?? 0;
    if (!this.#stream) {
      if (isNew) await removeIfEmpty(settings.path);
      return this.#counts.summary({ seconds: 0, bytes: 0 });
    }
    const frames = await this.#stream.finish(end);
    this.#counts.setRecorded(frames);
    // The file may have been moved meanwhile.
    const bytes = await fileSize(settings.path).catch(() => this.#stream?.writtenBytes ?? 0);
    return this.#counts.summary({ seconds: end / 1_000_000, bytes });
  }

  async #write(arrival: Arrival): Promise<void> {
    const { sample } = arrival;
    if (this.failure) {
      dispose(sample);
      throw this.failure;
    }
    const fault = faultOf(sample);
    if (fault) return this.#skip(sample, fault);
    if (sample.type === "audio" && !this.#options.settings.audio) return dispose(sample);
    if (!this.#stream && sample.type === "audio") return this.#earlyAudio.add({ ...arrival, sample });
    if (!this.#stream && sample.type === "image") await this.#open({ ...arrival, sample });
    if (this.#stream) await this.#append(arrival);
  }

  /** Starts the file with its first frame, which is not written yet. Skips a frame that cannot be converted. */
  async #open(arrival: Arrival<ReceivedImageSample>): Promise<void> {
    const { sample: first } = arrival;
    let packer: FramePacker;
    try {
      packer = new FramePacker(first);
      packer.release(await packer.pack(first));
    } catch (error) {
      return this.#skip(first, error);
    }
    const { settings, ffmpeg } = this.#options;
    const onFailure = (error: RecorderError) => this.#queue.fail(error);
    this.#timeline = new Timeline(arrival);
    try {
      this.#stream = await RecordingStream.open({ settings, ffmpeg, packer, first, onFailure });
      for (const early of this.#earlyAudio.takeAll()) await this.#append(early);
    } catch (error) {
      dispose(first);
      throw error;
    }
  }

  async #append(arrival: Arrival): Promise<void> {
    const { sample } = arrival;
    if (!this.#timeline || !this.#stream) return;
    try {
      await this.#stream.write(sample, this.#timeline.place(arrival));
    } catch (error) {
      if (!(error instanceof RecorderError)) return this.#skip(sample, error);
      dispose(sample);
      throw error;
    }
    if (sample.type === "audio") return dispose(sample);
    if (this.#lastFrame) dispose(this.#lastFrame);
    this.#lastFrame = sample;
    this.#counts.record();
    const { onProgress } = this.#options.settings;
    // An exception of the callback must not interrupt the recording.
    if (onProgress) process.nextTick(onProgress, this.progress);
  }

  /** Adds to an error where the recording is, if it is not all in the file that the user knows. */
  #withFiles(error: RecorderError): RecorderError {
    const { files = [] } = this.#stream ?? {};
    if (files.length < 2) return error;
    const message = `${error.message}; what was recorded is in ${files.join(" and ")}`;
    return new RecorderError(error.code, message, { cause: error });
  }

  #skip(sample: Sample, reason: unknown): void {
    dispose(sample);
    this.#counts.skip(sample.type, reason);
  }
}

/** Returns why a sample cannot be recorded, or `undefined`. Later steps check the other fields. */
function faultOf({ timestamp, data }: Sample): string | undefined {
  const isTime = Number.isFinite(timestamp) && Number.isSafeInteger(Math.round(timestamp));
  if (!isTime) return `the timestamp is ${timestamp}`;
  return isUint8Array(data) ? undefined : "data must be a Uint8Array";
}

function dispose(sample: Sample): void {
  (sample as Partial<Disposable>)[Symbol.dispose]?.();
}
