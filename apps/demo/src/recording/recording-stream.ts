import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { AudioFormat, ReceivedImageSample } from "@broadcast-ipc/receiver";
import { encoderArguments } from "./encoder-arguments.ts";
import { FfmpegProcess } from "./ffmpeg-process.ts";
import { blockHeader, matroskaHeader, pictureTrack, soundTrack } from "./matroska-writer.ts";
import { PicturePacker } from "./picture-packer.ts";
import { type SoundBlock, SoundTrack } from "./sound-track.ts";

/** The least time from one picture to the next, in microseconds: the finest that WebM can tell. */
const shortestPicture = 1000;

/** How long ffmpeg lets a picture last that nothing follows, in microseconds. */
const lastsAlone = 16_667;

/** A recording under way: pictures and sound, put in their places in time, on their way to ffmpeg. */
export class RecordingStream {
  readonly #ffmpeg: FfmpegProcess;
  readonly #packer: PicturePacker;
  readonly #sound: SoundTrack | undefined;
  readonly #origin: number;
  /** Of the last picture, since the beginning. */
  #position = Number.NEGATIVE_INFINITY;
  /** The parts of the last picture, which may share its memory. */
  #lastPacket: readonly Uint8Array[] = [];

  private constructor(
    ffmpeg: FfmpegProcess,
    packer: PicturePacker,
    origin: number,
    sound: AudioFormat | undefined,
  ) {
    this.#ffmpeg = ffmpeg;
    this.#packer = packer;
    this.#origin = origin;
    this.#sound = sound && new SoundTrack(sound, origin);
  }

  /** Begins at the time of `first`, which is not written yet. Rejects as {@link FfmpegProcess.write} does. */
  static async open(path: string, first: ReceivedImageSample, sound?: AudioFormat): Promise<RecordingStream> {
    const packer = new PicturePacker(first);
    const { codedWidth: width, codedHeight: height, rotation = 0, timestamp } = first;
    const decoder = packer.carrier === "jpeg" ? "mjpeg" : "bmp";
    const ffmpeg = FfmpegProcess.start(encoderArguments({ path, decoder, width, height, rotation }));
    // There is no name for bitmaps in Matroska; ffmpeg is told what they are.
    const codec = packer.carrier === "jpeg" ? "V_MJPEG" : "V_BMP";
    await ffmpeg.write(matroskaHeader({ codec, width, height }, sound));
    return new RecordingStream(ffmpeg, packer, timestamp, sound);
  }

  /** Bytes of the file, as far as ffmpeg has said. */
  get writtenBytes(): number {
    return this.#ffmpeg.writtenBytes;
  }

  /**
   * Resolves when ffmpeg has taken the picture, whose memory is needed until the next one is written, or the stream
   * finished. Rejects with ImageCodecError for one that cannot be converted, and the next one can be written.
   */
  async writePicture(sample: ReceivedImageSample): Promise<void> {
    const packet = await this.#packer.pack(sample);
    this.#position = Math.max(sample.timestamp - this.#origin, 0, this.#position + shortestPicture);
    if (this.#sound) await this.#writeSound(this.#sound.keepUp(this.#position));
    await this.#write(pictureTrack, this.#position, packet);
    this.#lastPacket = packet;
  }

  /** Resolves when ffmpeg has taken the sound. */
  async writeSound(sample: AudioSample): Promise<void> {
    if (this.#sound) await this.#writeSound(this.#sound.place(sample));
  }

  /** Shows the last picture until `end`, a timestamp; resolves when the file is finished. */
  async finish(end: number): Promise<void> {
    const last = end - this.#origin - lastsAlone;
    if (last >= this.#position + shortestPicture) await this.#write(pictureTrack, last, this.#lastPacket);
    this.#lastPacket = [];
    await this.#ffmpeg.finish();
  }

  async #writeSound(blocks: Iterable<SoundBlock>): Promise<void> {
    for (const { timestamp, data } of blocks) await this.#write(soundTrack, timestamp, [data]);
  }

  async #write(track: number, timestamp: number, packet: readonly Uint8Array[]): Promise<void> {
    const byteLength = packet.reduce((sum, part) => sum + part.byteLength, 0);
    await this.#ffmpeg.write(blockHeader(track, timestamp, byteLength), ...packet);
  }
}
