import type { ReceivedImageSample, Sample } from "@broadcast-ipc/receiver";
import { AudioTrack } from "./audio-track.ts";
import { type Canvas, canvasFor } from "./canvas.ts";
import { CanvasGrowth } from "./canvas-growth.ts";
import type { FfmpegProgram } from "./ffmpeg-program.ts";
import type { FramePacker } from "./frame-packer.ts";
import { joinParts } from "./join-parts.ts";
import { createBeside, removeIfEmpty } from "./output-file.ts";
import type { RecorderError } from "./recorder-error.ts";
import type { RecorderSettings } from "./recorder-options.ts";
import { type PartOptions, RecordingPart } from "./recording-part.ts";
import { uprightSize } from "./rotate-pixels.ts";
import type { AudioBlock } from "./silence-queue.ts";

/** Minimum time between two frames in microseconds, which is the resolution of WebM timestamps. */
const shortestFrame = 1000;

/** Duration that ffmpeg gives to a frame without a successor, in microseconds. */
const lastsAlone = 16_667;

/** The last frame is repeated at the end if the broadcast went on for longer than this, in microseconds. */
const longestTail = 100_000;

interface StreamOptions {
  readonly settings: RecorderSettings;
  readonly ffmpeg: FfmpegProgram;
  readonly packer: FramePacker;
  /** Determines the size of the file, or of its first part. It is not written. */
  readonly first: ReceivedImageSample;
  /** Called if ffmpeg fails. */
  readonly onFailure: (error: RecorderError) => void;
}

/**
 * Writes a recording in one part, or in several parts if the frames outgrow the file: a file has one size, so larger
 * frames need a new ffmpeg and a new file, and the files are joined at the end. Positions are microseconds since the start
 * of the recording.
 */
export class RecordingStream {
  readonly #options: StreamOptions;
  readonly #audio: AudioTrack | undefined;
  /** Absent if the recording has only one part. */
  #growth: CanvasGrowth | undefined;
  /** The files of the parts, the running one last. */
  readonly #paths: string[] = [];
  readonly #parts: RecordingPart[] = [];
  /** Numbers of frames of the finished parts. */
  readonly #finished: Promise<number>[] = [];
  /** Position of the last frame. */
  #latest = Number.NEGATIVE_INFINITY;
  /** The packet of the last frame. The packet may share the frame's memory. */
  #lastPacket: readonly Uint8Array[] = [];

  private constructor(options: StreamOptions) {
    this.#options = options;
    this.#audio = options.settings.audio && new AudioTrack();
  }

  /** Starts ffmpeg. Rejects with RecorderError if ffmpeg fails at once. */
  static async open(options: StreamOptions): Promise<RecordingStream> {
    const { path, video } = options.settings;
    const { size } = video;
    const frame = uprightSize(options.first);
    const canvas = canvasFor(typeof size === "string" ? frame : size);
    const stream = new RecordingStream(options);
    // The list of files that ffmpeg joins has one path a line, so a path with a line break allows only one part.
    if (size === "largest" && !/[\r\n]/.test(path)) stream.#growth = new CanvasGrowth(canvas);
    await stream.#startPart({ path, canvas, frame, begin: 0 });
    return stream;
  }

  /** Bytes of all parts, as last reported by ffmpeg. */
  get writtenBytes(): number {
    return this.#parts.reduce((sum, part) => sum + part.writtenBytes, 0);
  }

  /** The files that contain the recording until they are joined. */
  get files(): readonly string[] {
    return this.#parts.filter((part) => part.writtenBytes > 0).map(({ path }) => path);
  }

  /**
   * Resolves when the sample is written to ffmpeg. A frame's memory is in use until the next frame is written or the
   * stream is finished. Rejects with RecorderError if ffmpeg has failed, and with another error if the sample cannot be
   * converted. After that, the next sample can still be written.
   */
  async write(sample: Sample, position: number): Promise<void> {
    if (sample.type === "image") await this.#writeFrame(sample, position);
    else if (this.#audio) await this.#writeBlocks(this.#audio.place(sample, position));
  }

  /** Writes silence if no audio has arrived for a while before `position`. */
  async keepUp(position: number): Promise<void> {
    if (this.#audio) await this.#writeBlocks(this.#audio.keepUp(position));
  }

  /**
   * Extends the last frame to the position `end`. Resolves with the number of different frames in the file when ffmpeg has
   * finished it. Rejects with RecorderError.
   */
  async finish(end: number): Promise<number> {
    const isRepeated = end - this.#latest > longestTail;
    if (isRepeated) await this.#part.writeFrame(end - lastsAlone, this.#lastPacket);
    this.#lastPacket = [];
    if (this.#audio) await this.#writeBlocks(this.#audio.finish());
    const counts = await Promise.all([...this.#finished, this.#part.finish()]);
    const frames = (await this.#join()) ?? counts.reduce((sum, count) => sum + count);
    return Math.max(0, frames - Number(isRepeated));
  }

  /**
   * Ends what still runs after a failure, so that the parts can be played, and removes further parts that are empty. Never
   * rejects.
   */
  async abandon(): Promise<void> {
    await Promise.allSettled(this.#parts.map((part) => part.finish()));
    await Promise.all(this.#paths.slice(1).map(removeIfEmpty));
  }

  get #part(): RecordingPart {
    return this.#parts.at(-1) as RecordingPart;
  }

  async #writeFrame(sample: ReceivedImageSample, position: number): Promise<void> {
    const { packer } = this.#options;
    const packet = await packer.pack(sample);
    const time = Math.max(position, 0, this.#latest + shortestFrame);
    this.#latest = time;
    if (this.#audio) await this.#writeBlocks(this.#audio.keepUp(time));
    const size = uprightSize(sample);
    const larger = this.#growth?.next(size, time);
    if (larger) await this.#grow(larger, size, time);
    await this.#part.writeFrame(time, packet);
    packer.release(this.#lastPacket);
    this.#lastPacket = packet;
  }

  async #writeBlocks(blocks: Iterable<AudioBlock>): Promise<void> {
    for (const block of blocks) await this.#part.writeAudio(block);
  }

  /** Goes on in a new part. The previous part is finished meanwhile. */
  async #grow(canvas: Canvas, frame: Canvas, position: number): Promise<void> {
    let path: string;
    try {
      path = await createBeside(this.#options.settings.path, `part${this.#parts.length + 1}`);
    } catch {
      // Without a further file, such as in a folder that is not writable, all frames are fitted into this part.
      this.#growth = undefined;
      return;
    }
    // At most two ffmpegs run at a time.
    await this.#finished.at(-1);
    const finished = this.#part.finish();
    // onFailure reports a failure at once.
    finished.catch(() => {});
    this.#finished.push(finished);
    const audioFrames = this.#parts.reduce((sum, part) => sum + part.audioFrames, 0);
    const audioPosition = Math.floor((audioFrames * 1_000_000) / AudioTrack.format.sampleRate);
    const early = this.#audio ? Math.max(0, position - audioPosition) : 0;
    // Whole milliseconds before the frame, so that no format rounds the time of the frame.
    const begin = position - Math.ceil(early / 1000) * 1000 - RecordingPart.lead;
    await this.#startPart({ path, canvas, frame, begin });
  }

  async #startPart(part: Pick<PartOptions, "path" | "canvas" | "frame" | "begin">): Promise<void> {
    const { settings, ffmpeg, packer, onFailure } = this.#options;
    this.#paths.push(part.path);
    const options = { ...part, settings, ffmpeg, carrier: packer.carrier, onFailure };
    this.#parts.push(await RecordingPart.open(options));
  }

  /** Joins several parts. Resolves with the number of frames, or `undefined` if there is nothing to join. */
  async #join(): Promise<number | undefined> {
    if (this.#parts.length === 1) return undefined;
    const { settings, ffmpeg } = this.#options;
    const canvas = this.#growth?.largest ?? this.#part.canvas;
    return joinParts(this.#parts, { settings, canvas, keepTimes: ffmpeg.keepTimes, path: settings.path });
  }
}
