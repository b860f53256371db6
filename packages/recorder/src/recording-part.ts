import { AudioTrack } from "./audio-track.ts";
import type { Canvas } from "./canvas.ts";
import { encoderArguments } from "./encoder-arguments.ts";
import { FfmpegProcess } from "./ffmpeg-process.ts";
import type { FfmpegProgram } from "./ffmpeg-program.ts";
import type { FrameCarrier } from "./frame-packer.ts";
import { audioTrack, blockHeader, frameTrack, matroskaHeader } from "./matroska-writer.ts";
import type { RecorderError } from "./recorder-error.ts";
import type { RecorderSettings } from "./recorder-options.ts";
import { type AudioBlock, bytesPerFrame } from "./silence-queue.ts";

export interface PartOptions {
  readonly settings: RecorderSettings;
  readonly ffmpeg: FfmpegProgram;
  /** The absolute path of the file. */
  readonly path: string;
  readonly carrier: FrameCarrier;
  readonly canvas: Canvas;
  /** The upright size of the first frame. ffmpeg takes a much lower first JPEG for one field of an interlaced frame. */
  readonly frame: Canvas;
  /** Position in the recording at which the file begins, in microseconds. */
  readonly begin: number;
  /** Called once if ffmpeg fails. */
  readonly onFailure: (error: RecorderError) => void;
}

/** One ffmpeg process that writes one file. Positions are microseconds since the start of the whole recording. */
export class RecordingPart {
  /**
   * How long before its first frame and audio a further part begins, in microseconds. The first packet of Opus is 6.5 ms
   * before its audio. If that is before the beginning, ffmpeg shifts all times of the file.
   */
  static readonly lead = 20_000;

  readonly path: string;
  readonly canvas: Canvas;
  readonly begin: number;
  readonly #ffmpeg: FfmpegProcess;
  #firstFrame = 0;
  #written = 0;
  #audioBegin: number | undefined;
  #audioFrames = 0;

  private constructor(ffmpeg: FfmpegProcess, { path, canvas, begin }: PartOptions) {
    this.#ffmpeg = ffmpeg;
    this.path = path;
    this.canvas = canvas;
    this.begin = begin;
  }

  /** Starts ffmpeg. Rejects with RecorderError if ffmpeg fails at once. */
  static async open(options: PartOptions): Promise<RecordingPart> {
    const { settings, path, carrier, canvas, onFailure } = options;
    const order = { settings, path, canvas, keepTimes: options.ffmpeg.keepTimes };
    const args = encoderArguments(order, carrier === "jpeg" ? "mjpeg" : "bmp");
    const part = new RecordingPart(FfmpegProcess.start(args, { onFailure }), options);
    // Matroska has no codec id for bitmaps, so ffmpeg's arguments name the decoder.
    const codec = carrier === "jpeg" ? "V_MJPEG" : "V_BMP";
    const { width, height } = options.frame;
    const audio = settings.audio && AudioTrack.format;
    await part.#ffmpeg.write(matroskaHeader({ codec, width, height }, audio));
    return part;
  }

  /** Bytes of the file, as last reported by ffmpeg. */
  get writtenBytes(): number {
    return this.#ffmpeg.writtenBytes;
  }

  /** Frames in the file, as last reported by ffmpeg. */
  get frames(): number {
    return this.#ffmpeg.frames ?? this.#written;
  }

  /** Position of the first frame. */
  get firstFrame(): number {
    return this.#firstFrame;
  }

  /** Position of the first audio; `undefined` if the file has none. */
  get audioBegin(): number | undefined {
    return this.#audioBegin;
  }

  /** Length of the audio in audio frames. */
  get audioFrames(): number {
    return this.#audioFrames;
  }

  /** Resolves when the frame is written to ffmpeg. Rejects with RecorderError if ffmpeg has failed. */
  async writeFrame(position: number, packet: readonly Uint8Array[]): Promise<void> {
    if (this.#written === 0) this.#firstFrame = position;
    await this.#write(frameTrack, position, packet);
    this.#written++;
  }

  /** Resolves when the block is written to ffmpeg. Rejects with RecorderError if ffmpeg has failed. */
  async writeAudio({ timestamp, data }: AudioBlock): Promise<void> {
    this.#audioBegin ??= timestamp;
    this.#audioFrames += data.byteLength / bytesPerFrame;
    await this.#write(audioTrack, timestamp, [data]);
  }

  /** Resolves with the number of frames in the file when ffmpeg has finished it. Rejects with RecorderError. */
  async finish(): Promise<number> {
    await this.#ffmpeg.finish();
    return this.frames;
  }

  async #write(track: number, position: number, packet: readonly Uint8Array[]): Promise<void> {
    const byteLength = packet.reduce((sum, part) => sum + part.byteLength, 0);
    await this.#ffmpeg.write(blockHeader(track, position - this.begin, byteLength), ...packet);
  }
}
