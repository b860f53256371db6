import { spawn } from "node:child_process";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import type { ReceivedImageSample } from "@broadcast-ipc/receiver";
import { blockHeader, frameTrack, matroskaHeader } from "../../src/matroska-writer.ts";
import { Recorder } from "../../src/recorder.ts";

/** RGB pixels, tightly packed. */
export interface RgbFrame {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Records frames to a file of this size, and decodes the file. */
export async function recordAndDecode(
  path: string,
  frames: Iterable<ReceivedImageSample>,
  size: { readonly width: number; readonly height: number },
): Promise<RgbFrame[]> {
  const recorder = await Recorder.start(path, { audio: false, video: { size } });
  for (const frame of frames) await recorder.write(frame);
  await recorder.stop();
  const data = await ffmpeg(["-i", path, ...rgbOutput("scale=in_color_matrix=bt709")]);
  return split(data, size.width, size.height);
}

/** A packet of a video track, and the size of its frame. */
export interface SizedPacket {
  readonly parts: readonly Uint8Array[];
  readonly width: number;
  readonly height: number;
}

/**
 * Decodes packets of a video track as the recorder's ffmpeg does, and returns the frames in order. Throws if ffmpeg does
 * not decode every packet. Packets of different sizes are decoded in different streams.
 */
export async function decodePackets(
  decoder: "mjpeg" | "bmp",
  packets: readonly SizedPacket[],
): Promise<RgbFrame[]> {
  const keyOf = ({ width, height }: { readonly width: number; readonly height: number }) =>
    `${width}x${height}`;
  const frames = new Map<string, RgbFrame[]>();
  for (const { width, height } of packets) {
    if (frames.has(keyOf({ width, height }))) continue;
    const group = packets.filter((packet) => packet.width === width && packet.height === height);
    const decoded = await decodeGroup(decoder, group, { width, height });
    if (decoded.length !== group.length)
      throw new Error(`ffmpeg decoded ${decoded.length} of ${group.length} packets`);
    frames.set(keyOf({ width, height }), decoded);
  }
  return packets.map((packet) => frames.get(keyOf(packet))?.shift() as RgbFrame);
}

async function decodeGroup(
  decoder: "mjpeg" | "bmp",
  packets: readonly SizedPacket[],
  { width, height }: { readonly width: number; readonly height: number },
): Promise<RgbFrame[]> {
  const codec = decoder === "bmp" ? "V_BMP" : "V_MJPEG";
  const stream = [matroskaHeader({ codec, width, height })];
  packets.forEach(({ parts }, index) => {
    const byteLength = parts.reduce((sum, part) => sum + part.byteLength, 0);
    stream.push(blockHeader(frameTrack, index * 40_000, byteLength), ...parts);
  });
  const input = ["-fpsprobesize", "0", "-analyzeduration", "0", "-c:v", decoder, "-f", "matroska", "-i", "-"];
  const scale = `scale=${width}:${height}:flags=accurate_rnd+full_chroma_int+bicubic`;
  return split(await ffmpeg([...input, ...rgbOutput(scale)], Buffer.concat(stream)), width, height);
}

/** Returns the mean difference of all values. Throws if the frames have different sizes. */
export function meanError(frame: RgbFrame | undefined, { data }: { readonly data: Uint8Array }): number {
  if (frame?.data.byteLength !== data.byteLength) throw new Error(`expected ${data.byteLength} bytes`);
  return frame.data.reduce((sum, value, at) => sum + Math.abs(value - (data[at] as number)), 0) / data.length;
}

function rgbOutput(filter: string): string[] {
  return ["-vf", filter, "-fps_mode", "passthrough", "-pix_fmt", "rgb24", "-f", "rawvideo", "pipe:1"];
}

async function ffmpeg(args: readonly string[], input?: Uint8Array): Promise<Buffer> {
  const child = spawn("ffmpeg", ["-v", "quiet", ...args], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const [output] = await Promise.all([buffer(child.stdout), once(child, "close")]);
  return output;
}

function split(data: Uint8Array, width: number, height: number): RgbFrame[] {
  const length = width * height * 3;
  return Array.from({ length: data.byteLength / length }, (_, index) => ({
    width,
    height,
    data: data.subarray(index * length, (index + 1) * length),
  }));
}
