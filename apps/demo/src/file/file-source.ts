import { BufferRing } from "../buffer-ring.ts";
import type { CaptureSink, CaptureSource } from "../capture-source.ts";
import { Ffmpeg } from "../ffmpeg/ffmpeg.ts";
import { wholeBuffers } from "../ffmpeg/whole-buffers.ts";
import { audioFormat, type PlayPlan, playArguments } from "./play-arguments.ts";
import { PlaybackClock } from "./playback-clock.ts";
import { probeVideoFile } from "./video-file.ts";

interface FileOptions {
  readonly path: string;
  /** Size of the frames. Default: the file's own size, scaled down to 1920x1080 if larger. */
  readonly size?: { readonly width: number; readonly height: number } | undefined;
  /** Maximum frame rate. A file with a lower frame rate is played at that lower rate. */
  readonly framesPerSecond: number;
}

/** Number of audio frames in a sample of 20 ms. */
const stretch = audioFormat.sampleRate / 50;

/** A video file that is played in a loop with its audio. The ffmpeg on PATH decodes the file. */
export class FileSource implements CaptureSource {
  readonly name = "file";
  readonly hasAudio: boolean;
  readonly takesInput = false;
  readonly #ffmpeg: Ffmpeg;
  readonly #plan: PlayPlan;
  readonly #ring: BufferRing;
  readonly #clock = new PlaybackClock();
  #isStopped = false;

  private constructor(ffmpeg: Ffmpeg, plan: PlayPlan, hasAudio: boolean) {
    this.#ffmpeg = ffmpeg;
    this.#plan = plan;
    this.hasAudio = hasAudio;
    this.#ring = new BufferRing(plan.width * plan.height * 4);
  }

  /** Opens a video file. Rejects with a user-facing Error if the file cannot be played. */
  static async open(options: FileOptions): Promise<FileSource> {
    const file = await probeVideoFile(options.path);
    const plan = playArguments(file, options);
    return new FileSource(await Ffmpeg.start(plan.args, "play a file"), plan, file.hasAudio);
  }

  start(sink: CaptureSink): void {
    this.#ffmpeg.onFailure((error) => sink.failed(error));
    void this.#deliverFrames(sink);
    if (this.hasAudio) void this.#deliverAudio(sink);
  }

  stop(): void {
    this.#isStopped = true;
    this.#ffmpeg.stop();
  }

  // Each frame is read only after the previous frame was due. This slows ffmpeg down to the frame rate, because ffmpeg
  // waits while its pipe is full.
  async #deliverFrames(sink: CaptureSink): Promise<void> {
    const { width, height, rate } = this.#plan;
    let count = 0;
    for await (const data of wholeBuffers(this.#ffmpeg.frames, () => this.#ring.take())) {
      const timestamp = await this.#clock.frame(Math.round((count++ * 1e6) / rate));
      if (this.#isStopped) return;
      sink.frame({
        type: "image",
        format: "BGRA",
        codedWidth: width,
        codedHeight: height,
        data,
        timestamp,
        [Symbol.dispose]: () => this.#ring.giveBack(data),
      });
    }
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
