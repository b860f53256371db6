import { BufferRing } from "../buffer-ring.ts";
import type { CaptureSink, CaptureSource } from "../capture-source.ts";
import { Ffmpeg } from "../ffmpeg/ffmpeg.ts";
import { wholeBuffers } from "../ffmpeg/whole-buffers.ts";
import { type PlayPlan, playArguments, soundFormat } from "./play-arguments.ts";
import { PlaybackClock } from "./playback-clock.ts";
import { probeVideoFile } from "./video-file.ts";

interface FileOptions {
  readonly path: string;
  /** The film is fitted into this size; without it, it has its own, up to 1920x1080. */
  readonly size?: { readonly width: number; readonly height: number } | undefined;
  /** At most; a film that has fewer keeps its own. */
  readonly framesPerSecond: number;
}

/** Sound is delivered in stretches of this many frames: 20 ms. */
const stretch = soundFormat.sampleRate / 50;

/** A video file, through the ffmpeg on PATH, over and over at its own pace, with its sound. */
export class FileSource implements CaptureSource {
  readonly name = "file";
  readonly hasSound: boolean;
  readonly #ffmpeg: Ffmpeg;
  readonly #plan: PlayPlan;
  readonly #ring: BufferRing;
  readonly #clock = new PlaybackClock();
  #isStopped = false;

  private constructor(ffmpeg: Ffmpeg, plan: PlayPlan, hasSound: boolean) {
    this.#ffmpeg = ffmpeg;
    this.#plan = plan;
    this.hasSound = hasSound;
    this.#ring = new BufferRing(plan.width * plan.height * 4);
  }

  /** Rejects with an Error that says in a sentence why the file cannot be played. */
  static async open(options: FileOptions): Promise<FileSource> {
    const file = await probeVideoFile(options.path);
    const plan = playArguments(file, options);
    return new FileSource(await Ffmpeg.start(plan.args, "plays a file"), plan, file.hasSound);
  }

  start(sink: CaptureSink): void {
    this.#ffmpeg.onFailure((error) => sink.failed(error));
    void this.#deliverPictures(sink);
    if (this.hasSound) void this.#deliverSound(sink);
  }

  stop(): void {
    this.#isStopped = true;
    this.#ffmpeg.stop();
  }

  // ffmpeg makes what comes next while the last one is due, and waits where its pipe is full: that is what sets its pace.
  async #deliverPictures(sink: CaptureSink): Promise<void> {
    const { width, height, rate } = this.#plan;
    let count = 0;
    for await (const data of wholeBuffers(this.#ffmpeg.pictures, () => this.#ring.take())) {
      const timestamp = await this.#clock.picture(Math.round((count++ * 1e6) / rate));
      if (this.#isStopped) return;
      sink.picture({
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

  async #deliverSound(sink: CaptureSink): Promise<void> {
    const { sampleRate, numberOfChannels } = soundFormat;
    const byteLength = stretch * numberOfChannels * 2;
    let frames = 0;
    for await (const data of wholeBuffers(this.#ffmpeg.sound, () => new Uint8Array(byteLength))) {
      const timestamp = await this.#clock.sound(Math.round((frames * 1e6) / sampleRate));
      if (this.#isStopped) return;
      frames += stretch;
      sink.sound({
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
