import { BroadcastImageCodec, type JpegEngineName, type PixelFormat } from "@broadcast-ipc/image-codec";
import { PayloadPool } from "@broadcast-ipc/ipc-channel";
import type { Candidate } from "./candidate.ts";

const engines: readonly JpegEngineName[] = ["jpeg-turbo", "sharp"];

/** The pixel formats to convert between. */
const conversions: readonly (readonly [from: PixelFormat, to: PixelFormat])[] = [
  ["BGRA", "RGB"],
  ["BGRA", "RGBA"],
  ["I420", "RGBA"],
  ["NV12", "RGBA"],
  ["BGRA", "I420"],
];

/** Candidates that encode a BGRA frame as JPEG with this project's codec, one per engine. */
export function codecEncodeCandidates(data: Uint8Array, size: Size, quality: number): Candidate[] {
  const sample = { type: "image", format: "BGRA", codedWidth: size.width, codedHeight: size.height } as const;
  return engines.map((engine) => ({
    name: `this codec, ${engine}`,
    open: async () => {
      const codec = new BroadcastImageCodec({ encoding: "jpeg", quality, engine });
      return async () => (await codec.encode({ ...sample, data, timestamp: 0 })).data;
    },
  }));
}

/** Candidates that decode a JPEG with this project's codec, one per engine. Memory is reused, as in a receiver. */
export function codecDecodeCandidates(jpeg: Uint8Array, size: Size): Candidate[] {
  const metadata = { encoding: "jpeg", codedWidth: size.width, codedHeight: size.height } as const;
  const pool = new PayloadPool();
  return engines.map((engine) => ({
    name: `this codec, ${engine}`,
    open: async () => {
      const codec = new BroadcastImageCodec({ engine });
      return async () => {
        const allocate = (length: number) => pool.take(length);
        const { data } = await codec.decode(jpeg, { ...metadata, timestamp: 0 }, { allocate });
        const { length } = data;
        pool.giveBack(data);
        return { length };
      };
    },
  }));
}

/** Candidates that convert raw pixels with this project's codec. `data` must be large enough for a frame in each format. */
export function codecConversionCandidates(data: Uint8Array, size: Size): Candidate[] {
  const codec = new BroadcastImageCodec();
  const pool = new PayloadPool();
  return conversions.map(([format, to]) => ({
    name: `this codec, ${format} to ${to}`,
    open: async () => async () => {
      const metadata = { format, codedWidth: size.width, codedHeight: size.height, timestamp: 0 };
      const allocate = (length: number) => pool.take(length);
      const { data: pixels } = await codec.decode(data, metadata, { format: to, allocate });
      const { length } = pixels;
      pool.giveBack(pixels);
      return { length };
    },
  }));
}

/** Size of a frame in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}
