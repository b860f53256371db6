import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { ReceivedImageSample, Sample } from "@broadcast-ipc/receiver";
import { AudioTrack } from "./audio-track.ts";
import { canvasFor } from "./canvas.ts";
import { encoderArguments } from "./encoder-arguments.ts";
import { FfmpegProcess } from "./ffmpeg-process.ts";
import type { FfmpegProgram } from "./ffmpeg-program.ts";
import type { FramePacker } from "./frame-packer.ts";
import { audioTrack, blockHeader, frameTrack, matroskaHeader } from "./matroska-writer.ts";
import type { RecorderError } from "./recorder-error.ts";
import type { RecorderSettings } from "./recorder-options.ts";
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
  /** The absolute path of the file. */
  readonly path: string;
  readonly packer: FramePacker;
  /** Determines the size of the file. It is not written. */
  readonly first: ReceivedImageSample;
  /** Position in the recording at which the file begins, in microseconds. */
  readonly begin: number;
  /** Called once if ffmpeg fails. */
  readonly onFailure: (error: RecorderError) => void;
}

/** One running ffmpeg that writes one file. Positions are microseconds since the start of the whole recording. */
export class RecordingStream {
  readonly #ffmpeg: FfmpegProcess;
  readonly #packer: FramePacker;
  readonly #audio: AudioTrack | undefined;
  readonly #begin: number;
  /** Time of the last frame, in microseconds since the start of the file. */
  #latest = Number.NEGATIVE_INFINITY;
  /** The packet of the last frame. The packet may share the frame's memory. */
  #lastPacket: readonly Uint8Array[] = [];
  #written = 0;

  private constructor(ffmpeg: FfmpegProcess, { settings, packer, begin }: StreamOptions) {
    this.#ffmpeg = ffmpeg;
    this.#packer = packer;
    this.#begin = begin;
    this.#audio = settings.audio && new AudioTrack();
  }

  /** Starts ffmpeg. Rejects with RecorderError if ffmpeg fails at once. */
  static async open(options: StreamOptions): Promise<RecordingStream> {
    const { settings, packer, first, path, onFailure } = options;
    const size = uprightSize(first);
    const canvas = canvasFor(settings.video.size, size);
    const decoder = packer.carrier === "jpeg" ? "mjpeg" : "bmp";
    const { keepTimes } = options.ffmpeg;
    const order = { settings, path, decoder, canvas, keepTimes } as const;
    const ffmpeg = FfmpegProcess.start(encoderArguments(order), { onFailure });
    // Matroska has no codec id for bitmaps, so ffmpeg's arguments name the decoder.
    const codec = packer.carrier === "jpeg" ? "V_MJPEG" : "V_BMP";
    const header = matroskaHeader({ codec, ...size }, settings.audio && AudioTrack.format);
    await ffmpeg.write(header);
    return new RecordingStream(ffmpeg, options);
  }

  /** Bytes of the file, as last reported by ffmpeg. */
  get writtenBytes(): number {
    return this.#ffmpeg.writtenBytes;
  }

  /**
   * Resolves when the sample is written to ffmpeg. A frame's memory is in use until the next frame is written or the
   * stream is finished. Rejects with RecorderError if ffmpeg has failed, and with another error if the sample cannot be
   * converted. After that, the next sample can still be written.
   */
  write(sample: Sample, position: number): Promise<void> {
    const time = position - this.#begin;
    return sample.type === "audio" ? this.#writeAudio(sample, time) : this.#writeFrame(sample, time);
  }

  /** Writes silence if no audio has arrived for a while before `position`. */
  async keepUp(position: number): Promise<void> {
    if (this.#audio) await this.#writeBlocks(this.#audio.keepUp(position - this.#begin));
  }

  /**
   * Extends the last frame to the position `end`. Resolves with the number of different frames in the file when ffmpeg has
   * finished it.
   */
  async finish(end: number): Promise<number> {
    const tail = end - this.#begin - this.#latest;
    const isRepeated = this.#written > 0 && tail > longestTail;
    if (isRepeated) await this.#writePacket(frameTrack, end - this.#begin - lastsAlone, this.#lastPacket);
    this.#lastPacket = [];
    if (this.#audio) await this.#writeBlocks(this.#audio.finish());
    await this.#ffmpeg.finish();
    const { frames = this.#written + Number(isRepeated) } = this.#ffmpeg;
    return Math.max(0, frames - Number(isRepeated));
  }

  async #writeFrame(sample: ReceivedImageSample, timestamp: number): Promise<void> {
    const packet = await this.#packer.pack(sample);
    const time = Math.max(timestamp, 0, this.#latest + shortestFrame);
    this.#latest = time;
    if (this.#audio) await this.#writeBlocks(this.#audio.keepUp(time));
    await this.#writePacket(frameTrack, time, packet);
    this.#packer.release(this.#lastPacket);
    this.#lastPacket = packet;
    this.#written++;
  }

  async #writeAudio(sample: AudioSample, timestamp: number): Promise<void> {
    if (this.#audio) await this.#writeBlocks(this.#audio.place(sample, timestamp));
  }

  async #writeBlocks(blocks: Iterable<AudioBlock>): Promise<void> {
    for (const { timestamp, data } of blocks) await this.#writePacket(audioTrack, timestamp, [data]);
  }

  async #writePacket(track: number, timestamp: number, packet: readonly Uint8Array[]): Promise<void> {
    const byteLength = packet.reduce((sum, part) => sum + part.byteLength, 0);
    await this.#ffmpeg.write(blockHeader(track, timestamp, byteLength), ...packet);
  }
}
