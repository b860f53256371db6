import { now, type ReceivedImageSample, type Sample } from "@broadcast-ipc/receiver";
import type { Arrival } from "./arrival.ts";
import type { FfmpegProgram } from "./ffmpeg-program.ts";
import { FramePacker } from "./frame-packer.ts";
import type { LiveWatch } from "./live-watch.ts";
import { Opening } from "./opening.ts";
import { fileSize, removeFile, removeIfEmpty } from "./output-file.ts";
import { RecorderError } from "./recorder-error.ts";
import type { RecorderSettings, RecordingProgress, RecordingSummary } from "./recorder-options.ts";
import { RecordingCounts } from "./recording-counts.ts";
import { RecordingStream } from "./recording-stream.ts";
import { Timeline } from "./timeline.ts";
import { WriteQueue } from "./write-queue.ts";

/** Longest wait in ms for audio after the first frame. */
const openingTimeout = 500;

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
  #opening: Opening | undefined;
  #openingTimer: NodeJS.Timeout | undefined;
  #timeline: Timeline | undefined;
  #stream: RecordingStream | undefined;
  #isStopped = false;
  /** The last recorded frame. The frame is not disposed yet, because the stream may still use its memory. */
  #lastFrame: ReceivedImageSample | undefined;
  /** The end of a broadcast that ended before ffmpeg was started, as a timestamp of its clock. */
  #endBefore: number | undefined;

  constructor(options: RecordingOptions) {
    this.#options = options;
    this.#queue.onFailure = options.onFailure;
    this.#opening = new Opening(options.settings.audio !== undefined);
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
    const position = this.#timeline?.at(now() - latestAudio);
    if (position !== undefined) this.#queue.run(async () => this.#stream?.keepUp(position)).catch(() => {});
  }

  /** Extends the recording to the end of a broadcast. */
  extend({ end }: LiveWatch): void {
    if (end === undefined) return;
    if (this.#timeline) this.#timeline.extend(this.#timeline.at(end));
    else this.#endBefore = end;
  }

  /** See {@link Recorder.stop}. */
  async finish(): Promise<RecordingSummary> {
    this.#isStopped = true;
    await this.#queue.idle;
    try {
      while (this.#opening?.firstFrame && !this.failure) await this.#open();
      if (this.failure) throw this.failure;
      return await this.#finishFile();
    } catch (error) {
      this.#queue.fail(error);
      if (this.#options.isNew) await removeIfEmpty(this.#options.settings.path);
      throw error;
    } finally {
      clearTimeout(this.#openingTimer);
      if (this.#opening) disposeAll(this.#opening);
      if (this.#lastFrame) dispose(this.#lastFrame);
    }
  }

  async #finishFile(): Promise<RecordingSummary> {
    const { settings, isNew } = this.#options;
    const end = this.#timeline?.end ?? 0;
    if (!this.#stream) {
      if (isNew) await removeFile(settings.path);
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
    if (!Number.isSafeInteger(Math.round(sample.timestamp)))
      return this.#skip(sample, new Error(`the timestamp is ${sample.timestamp}`));
    if (sample.type === "audio" && !this.#options.settings.audio) return dispose(sample);
    if (!this.#opening) return this.#append(arrival);
    this.#opening.add(arrival);
    if (this.#opening.isOver) return this.#open();
    if (this.#opening.firstFrame) this.#openingTimer ??= setTimeout(this.#openLate, openingTimeout).unref();
  }

  readonly #openLate = (): void => {
    this.#openingTimer = undefined;
    this.#queue.run(() => this.#open()).catch(() => {});
  };

  /** Starts the file with the first frame. If that frame cannot be converted, the opening goes on with the next one. */
  async #open(): Promise<void> {
    const opening = this.#opening;
    if (!opening?.firstFrame) return;
    const { sample: first } = opening.firstFrame;
    const packer = new FramePacker(first);
    try {
      await packer.pack(first);
    } catch (error) {
      opening.removeFirstFrame();
      return this.#skip(first, error);
    }
    clearTimeout(this.#openingTimer);
    this.#opening = undefined;
    this.#timeline = new Timeline(opening.firstFrame);
    const { settings, ffmpeg } = this.#options;
    const onFailure = (error: RecorderError) => this.#queue.fail(error);
    const options = { settings, ffmpeg, path: settings.path, packer, first, begin: 0, onFailure };
    try {
      this.#stream = await RecordingStream.open(options);
      for (const arrival of opening.takeAll()) await this.#append(arrival);
    } finally {
      disposeAll(opening);
    }
    if (this.#endBefore !== undefined) this.#timeline.extend(this.#timeline.at(this.#endBefore));
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

  #skip(sample: Sample, reason: unknown): void {
    dispose(sample);
    this.#counts.skip(sample.type, reason);
  }
}

function dispose(sample: Sample): void {
  (sample as Partial<Disposable>)[Symbol.dispose]?.();
}

function disposeAll(opening: Opening): void {
  for (const { sample } of opening.takeAll()) dispose(sample);
}
