import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { CaptureSink, CaptureSource } from "../capture-source.ts";
import { Ffmpeg } from "../ffmpeg/ffmpeg.ts";
import { wholeBuffers } from "../ffmpeg/whole-buffers.ts";
import { sampleIn } from "../frame-memory.ts";
import { audioFormat, type PlayPlan, playArguments } from "./play-arguments.ts";
import { PlaybackClock } from "./playback-clock.ts";
import { probeVideoFile } from "./video-file.ts";

interface FileOptions {
  readonly path: string;
  /** Size of the frames. Default: the file's own size, scaled down to 1920x1080 if larger. */
  readonly size?: { readonly width: number; readonly height: number } | undefined;
  /** Maximum frame rate. Frames that are further apart keep their own times. */
  readonly framesPerSecond: number;
}

/** Number of audio frames in a sample of 20 ms. */
const stretch = audioFormat.sampleRate / 50;

/**
 * Longest wait for the first frame, in ms. ffmpeg never ends while it loops over a file that it cannot decode. The audio of
 * a file may begin many seconds before its video.
 */
const firstFrameTimeout = 30_000;

/** A video file that is played in a loop with its audio. The ffmpeg on PATH decodes the file. */
export class FileSource implements CaptureSource {
  readonly name = "file";
  readonly hasAudio: boolean;
  readonly takesInput = false;
  #ffmpeg: Ffmpeg;
  readonly #plan: PlayPlan;
  readonly #clock = new PlaybackClock();
  #isStopped = false;
  #firstFrameTimer: NodeJS.Timeout | undefined;

  private constructor(ffmpeg: Ffmpeg, plan: PlayPlan, hasAudio: boolean) {
    this.#ffmpeg = ffmpeg;
    this.#plan = plan;
    this.hasAudio = hasAudio;
  }

  /** Opens a video file. Rejects with a user-facing Error if the file cannot be played. */
  static async open(options: FileOptions): Promise<FileSource> {
    const file = await probeVideoFile(options.path);
    const plan = playArguments(file, options);
    return new FileSource(await startPlaying(plan), plan, file.audio !== undefined);
  }

  get frameBytes(): number {
    return this.#plan.width * this.#plan.height * 4;
  }

  start(sink: CaptureSink): void {
    this.#firstFrameTimer = setTimeout(() => {
      this.stop();
      sink.failed(new Error("ffmpeg cannot decode the file's video frames"));
    }, firstFrameTimeout);
    this.#deliverFrames(sink).catch((error) => {
      if (!this.#isStopped) sink.failed(error);
    });
    if (this.hasAudio) void this.#deliverAudio(sink);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#firstFrameTimer);
    this.#ffmpeg.stop();
  }

  /** Resolves after {@link stop}. Rejects if ffmpeg fails. */
  async #deliverFrames(sink: CaptureSink): Promise<void> {
    const { repeatAfter } = this.#plan;
    for (let start = 0; ; start += repeatAfter ?? 0) {
      const count = await this.#deliverOnce(sink, start);
      if (this.#isStopped) return;
      const { code, error } = await this.#ffmpeg.ended;
      if (this.#isStopped) return;
      if (code === 0 && count === 0) throw new Error("ffmpeg cannot decode the file's video frames");
      if (code !== 0 || repeatAfter === undefined) throw error;
      this.#ffmpeg = await startPlaying(this.#plan);
      if (this.#isStopped) return this.#ffmpeg.stop();
    }
  }

  /**
   * Delivers the frames of one ffmpeg process, with time 0 of the file at `start` (in microseconds). Resolves with their
   * number. Each frame is read only after the previous frame was due. This slows ffmpeg down to the speed of playback,
   * because ffmpeg waits while its pipe is full.
   */
  async #deliverOnce(sink: CaptureSink, start: number): Promise<number> {
    const { width, height } = this.#plan;
    const times = timesOf(this.#ffmpeg.frameLines);
    let count = 0;
    for await (const memory of this.#ffmpeg.frames.frames(() => sink.allocate(this.frameBytes))) {
      const sample = sampleIn(memory);
      const { value: time } = await times.next();
      clearTimeout(this.#firstFrameTimer);
      const timestamp = time === undefined ? undefined : await this.#clock.frame(start + time);
      if (timestamp === undefined || this.#isStopped) {
        sample[Symbol.dispose]();
        break;
      }
      count++;
      sink.frame({
        type: "image",
        format: "BGRA",
        codedWidth: width,
        codedHeight: height,
        timestamp,
        ...sample,
      });
    }
    return count;
  }

  async #deliverAudio(sink: CaptureSink): Promise<void> {
    const { sampleRate, numberOfChannels } = audioFormat;
    const byteLength = stretch * numberOfChannels * 2;
    let frames = 0;
    for await (const data of wholeBuffers(this.#ffmpeg.audio, () => new Uint8Array(byteLength))) {
      const timestamp = await this.#clock.audio(Math.round((frames * 1e6) / sampleRate));
      if (this.#isStopped) return;
      frames += stretch;
      sink.audio({
        type: "audio",
        format: "s16",
        sampleRate,
        numberOfChannels,
        numberOfFrames: stretch,
        data,
        timestamp,
      });
    }
  }
}

function startPlaying({ args }: PlayPlan): Promise<Ffmpeg> {
  return Ffmpeg.start(args, "play a file");
}

/** Yields the timestamps that ffmpeg prints for the frames, in microseconds. See `playArguments`. */
async function* timesOf(lines: Readable): AsyncGenerator<number, undefined> {
  let time = 0;
  for await (const line of createInterface({ input: lines })) {
    const [, printed] = /^frame:\d+ +pts:(\S+)/.exec(line) ?? [];
    if (printed === undefined) continue;
    // ffmpeg prints NOPTS for a frame without a timestamp.
    if (Number.isInteger(Number(printed))) time = Number(printed);
    yield time;
  }
}
