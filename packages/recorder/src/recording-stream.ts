import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { AudioFormat, ReceivedImageSample } from "@broadcast-ipc/receiver";
import { type AudioBlock, AudioTrack } from "./audio-track.ts";
import { encoderArguments } from "./encoder-arguments.ts";
import { FfmpegProcess } from "./ffmpeg-process.ts";
import { FramePacker } from "./frame-packer.ts";
import { audioTrack, blockHeader, frameTrack, matroskaHeader } from "./matroska-writer.ts";

/** Minimum time between two frames in microseconds, which is the resolution of WebM timestamps. */
const shortestFrame = 1000;

/** Duration that ffmpeg gives to a frame without a successor, in microseconds. */
const lastsAlone = 16_667;

/** A running recording. Assigns recording times to frames and audio, and writes both to ffmpeg. */
export class RecordingStream {
  readonly #ffmpeg: FfmpegProcess;
  readonly #packer: FramePacker;
  readonly #audio: AudioTrack | undefined;
  readonly #origin: number;
  /** Time of the last frame, in microseconds since the start of the recording. */
  #position = Number.NEGATIVE_INFINITY;
  /** The packet of the last frame. The packet may share the frame's memory. */
  #lastPacket: readonly Uint8Array[] = [];

  private constructor(
    ffmpeg: FfmpegProcess,
    packer: FramePacker,
    origin: number,
    audio: AudioFormat | undefined,
  ) {
    this.#ffmpeg = ffmpeg;
    this.#packer = packer;
    this.#origin = origin;
    this.#audio = audio && new AudioTrack(audio, origin);
  }

  /** Starts a recording at the timestamp of `first`, but does not write that frame. Rejects if ffmpeg has ended. */
  static async open(path: string, first: ReceivedImageSample, audio?: AudioFormat): Promise<RecordingStream> {
    const packer = new FramePacker(first);
    const { codedWidth: width, codedHeight: height, rotation = 0, timestamp } = first;
    const decoder = packer.carrier === "jpeg" ? "mjpeg" : "bmp";
    const ffmpeg = FfmpegProcess.start(encoderArguments({ path, decoder, width, height, rotation }));
    // Matroska has no codec id for bitmaps, so ffmpeg's arguments name the decoder.
    const codec = packer.carrier === "jpeg" ? "V_MJPEG" : "V_BMP";
    await ffmpeg.write(matroskaHeader({ codec, width, height }, audio));
    return new RecordingStream(ffmpeg, packer, timestamp, audio);
  }

  /** Bytes of the file, as last reported by ffmpeg. */
  get writtenBytes(): number {
    return this.#ffmpeg.writtenBytes;
  }

  /**
   * Resolves when the frame is written to ffmpeg. The frame's memory is in use until the next frame is written or the
   * stream is finished. Rejects with ImageCodecError if the frame cannot be converted. The next frame can still be
   * written.
   */
  async writeFrame(sample: ReceivedImageSample): Promise<void> {
    const packet = await this.#packer.pack(sample);
    this.#position = Math.max(sample.timestamp - this.#origin, 0, this.#position + shortestFrame);
    if (this.#audio) await this.#writeAudio(this.#audio.keepUp(this.#position));
    await this.#write(frameTrack, this.#position, packet);
    this.#lastPacket = packet;
  }

  /** Resolves when the audio is written to ffmpeg. */
  async writeAudio(sample: AudioSample): Promise<void> {
    if (this.#audio) await this.#writeAudio(this.#audio.place(sample));
  }

  /** Extends the last frame to the timestamp `end`. Resolves when ffmpeg has finished the file. */
  async finish(end: number): Promise<void> {
    const last = end - this.#origin - lastsAlone;
    if (last >= this.#position + shortestFrame) await this.#write(frameTrack, last, this.#lastPacket);
    this.#lastPacket = [];
    await this.#ffmpeg.finish();
  }

  async #writeAudio(blocks: Iterable<AudioBlock>): Promise<void> {
    for (const { timestamp, data } of blocks) await this.#write(audioTrack, timestamp, [data]);
  }

  async #write(track: number, timestamp: number, packet: readonly Uint8Array[]): Promise<void> {
    const byteLength = packet.reduce((sum, part) => sum + part.byteLength, 0);
    await this.#ffmpeg.write(blockHeader(track, timestamp, byteLength), ...packet);
  }
}
