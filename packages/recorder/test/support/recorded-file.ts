import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import { codeSize, codeTop, readFrameCode } from "./frame-code.ts";

const run = promisify(execFile);

/** A frame of a recording: its timestamp in seconds, and its number if the frame code is readable. */
export interface RecordedFrame {
  readonly time: number;
  readonly number: number | undefined;
}

const audioRate = 48_000;

/** A recording, read with ffprobe and ffmpeg. */
export class RecordedFile {
  readonly #path: string;
  #audio: Promise<Float32Array> | undefined;
  readonly seconds: number;
  readonly width: number;
  readonly height: number;
  /** Names of the codecs: video, then audio. */
  readonly codecs: readonly string[];

  private constructor(path: string, seconds: number, streams: readonly ProbedStream[]) {
    this.#path = path;
    this.seconds = seconds;
    this.codecs = streams.map(({ codec_name }) => codec_name);
    this.width = streams[0]?.width ?? 0;
    this.height = streams[0]?.height ?? 0;
  }

  /** Opens a recording. Rejects if ffprobe cannot read the file. */
  static async open(path: string): Promise<RecordedFile> {
    const entries = "format=duration:stream=codec_name,width,height";
    const { stdout } = await run("ffprobe", ["-v", "error", "-show_entries", entries, "-of", "json", path]);
    const { format, streams } = JSON.parse(stdout) as {
      format: { duration: string };
      streams: ProbedStream[];
    };
    return new RecordedFile(path, Number(format.duration), streams);
  }

  /** Decodes all frames, in order. `shown` are the sizes of frames that were fitted into the file's size. */
  async frames(shown: readonly Size[] = []): Promise<RecordedFrame[]> {
    const entries = ["-select_streams", "v", "-show_entries", "packet=pts_time", "-of", "csv=p=0"];
    const { stdout } = await run("ffprobe", ["-v", "error", ...entries, this.#path], { maxBuffer: 2 ** 30 });
    const times = stdout.trim().split("\n").map(Number.parseFloat);
    const numbers = shown.length > 0 ? await this.#fittedNumbers(shown) : await this.#numbers();
    if (numbers.length !== times.length) throw new Error("not every frame can be decoded");
    return times.map((time, index) => ({ time, number: numbers[index] }));
  }

  /** Decodes the part of each frame that contains the code. */
  async #numbers(): Promise<(number | undefined)[]> {
    const top = Math.max(0, codeTop(this.height) - codeTop(codeSize.height));
    const width = Math.min(codeSize.width, this.width);
    const height = Math.min(codeSize.height, this.height - top);
    const crop = ["-vf", `crop=${width}:${height}:0:${top}`, "-fps_mode", "passthrough", "-pix_fmt", "rgba"];
    const args = ["-v", "error", "-i", this.#path, "-map", "0:v", ...crop, "-f", "rawvideo", "pipe:1"];
    const ffmpeg = spawn("ffmpeg", args, { stdio: ["ignore", "pipe", "inherit"] });
    const frame = Buffer.alloc(width * height * 4);
    const numbers: (number | undefined)[] = [];
    let filled = 0;
    for await (const chunk of ffmpeg.stdout as AsyncIterable<Buffer>) {
      for (let offset = 0; offset < chunk.length; ) {
        const copied = chunk.copy(frame, filled, offset);
        offset += copied;
        filled = (filled + copied) % frame.length;
        if (filled === 0) numbers.push(readFrameCode(frame, width, height));
      }
    }
    if (filled > 0) throw new Error("the last frame is incomplete");
    return numbers;
  }

  async #fittedNumbers(shown: readonly Size[]): Promise<(number | undefined)[]> {
    const pixels = await this.#decode(["-map", "0:v", "-fps_mode", "passthrough"], ["-pix_fmt", "rgba"]);
    const size = this.width * this.height * 4;
    const count = pixels.length / size;
    if (!Number.isInteger(count)) throw new Error("the last frame is incomplete");
    return Array.from({ length: count }, (_, index) => {
      const frame = pixels.subarray(index * size, (index + 1) * size);
      const { width, height } = shown[index] ?? this;
      return readFrameCode(unfit(frame, this, { width, height }), width, height);
    });
  }

  /** Returns red, green and blue of one pixel of the first frame, converted with the BT.709 matrix. */
  async pixel(x: number, y: number): Promise<readonly number[]> {
    const pixels = await this.#decode(
      ["-map", "0:v", "-vf", "scale=in_color_matrix=bt709"],
      ["-pix_fmt", "rgba"],
    );
    const offset = (y * this.width + x) * 4;
    return [...pixels.subarray(offset, offset + 3)];
  }

  /** Decodes the audio between two times in seconds. Values are the mean of both channels, from -1 to 1. */
  async audio(from: number, to: number): Promise<Float32Array> {
    this.#audio ??= this.#decodeAudio();
    return (await this.#audio).subarray(from * audioRate, to * audioRate);
  }

  async #decodeAudio(): Promise<Float32Array> {
    // The filter cuts what the codec adds before the start, and fills gaps, so that positions are times.
    const map = ["-map", "0:a", "-af", "aresample=async=1:first_pts=0"];
    const data = await this.#decode(map, ["-ac", "1", "-ar", String(audioRate)], "f32le");
    return new Float32Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.length));
  }

  async #decode(map: readonly string[], form: readonly string[], format = "rawvideo"): Promise<Buffer> {
    // -copyts: ffmpeg would otherwise move the start of the earlier track to 0.
    const args = ["-v", "error", "-copyts", "-i", this.#path, ...map, ...form, "-f", format, "pipe:1"];
    const { stdout } = await run("ffmpeg", args, { encoding: "buffer", maxBuffer: 2 ** 30 });
    return stdout;
  }
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Cuts off the black bars of RGBA pixels, and scales the rest to its size before it was fitted. */
function unfit(pixels: Uint8Array, file: Size, { width, height }: Size): Uint8Array {
  const scale = Math.min(file.width / width, file.height / height);
  if (scale === 1 && width === file.width && height === file.height) return pixels;
  const [left, top] = [(file.width - width * scale) / 2, (file.height - height * scale) / 2];
  const source = new Uint32Array(new Uint8Array(pixels).buffer);
  const target = new Uint32Array(width * height).map((_, index) => {
    const x = Math.floor(left + ((index % width) + 0.5) * scale);
    const y = Math.floor(top + (Math.floor(index / width) + 0.5) * scale);
    return source[y * file.width + x] ?? 0;
  });
  return new Uint8Array(target.buffer);
}

interface ProbedStream {
  readonly codec_name: string;
  readonly width?: number;
  readonly height?: number;
}

/** Returns the amplitude of one frequency in {@link RecordedFile.audio} (one bin of a discrete Fourier transform). */
export function amplitudeAt(frequency: number, samples: Float32Array): number {
  let [real, imaginary] = [0, 0];
  samples.forEach((sample, index) => {
    const angle = (2 * Math.PI * frequency * index) / audioRate;
    real += sample * Math.cos(angle);
    imaginary += sample * Math.sin(angle);
  });
  return (2 * Math.hypot(real, imaginary)) / samples.length;
}
