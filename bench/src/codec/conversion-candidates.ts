import { BroadcastImageCodec, type PixelFormat } from "@broadcast-ipc/image-codec";
import { PayloadPool } from "@broadcast-ipc/ipc-channel";
import sharp from "sharp";
import { type Candidate, plainName } from "./jpeg-candidates.ts";

const conversions: readonly (readonly [from: PixelFormat, to: PixelFormat])[] = [
  ["BGRA", "RGB"],
  ["BGRA", "RGBA"],
  ["I420", "RGBA"],
  ["NV12", "RGBA"],
  ["BGRA", "I420"],
];

/** Ways to have raw pixels in another format, into memory that goes round; the data holds a picture in any of them. */
export function conversionCandidates(data: Uint8Array, width: number, height: number): Candidate[] {
  const codec = new BroadcastImageCodec();
  const pool = new PayloadPool();
  return [
    ...conversions.map(([from, to]) => ({
      name: `this codec, ${from} to ${to}`,
      run: async () => {
        const metadata = { format: from, codedWidth: width, codedHeight: height, timestamp: 0 };
        const allocate = (length: number) => pool.take(length);
        const { data: pixels } = await codec.decode(data, metadata, { format: to, allocate });
        const { length } = pixels;
        pool.giveBack(pixels);
        return { length };
      },
    })),
    {
      name: `${plainName}, RGBA to RGB`,
      run: () =>
        sharp(data, { raw: { width, height, channels: 4 } })
          .removeAlpha()
          .raw()
          .toBuffer(),
    },
  ];
}
