import { BroadcastImageCodec, type JpegEngineName } from "@broadcast-ipc/image-codec";
import { PayloadPool } from "@broadcast-ipc/ipc-channel";
import turbo from "@julusian/jpeg-turbo";
import sharp from "sharp";
import { swapRedAndBlue } from "../scenes/pictures.ts";

/** One way to do something, measured beside the others. */
export interface Candidate {
  readonly name: string;
  /** Gives what it made. */
  run(): Promise<{ readonly length: number }>;
}

/** The one that the others are held against. */
export const plainName: string = "plain sharp";

const quality = 75;
const engines: readonly JpegEngineName[] = ["jpeg-turbo", "sharp"];

/** Ways to make a JPEG of a picture in BGRA; sharp, called plainly, is given the same in RGBA. */
export function encodeCandidates(data: Uint8Array<ArrayBuffer>, width: number, height: number): Candidate[] {
  const sample = { type: "image", format: "BGRA", codedWidth: width, codedHeight: height, data } as const;
  const rgba = swapRedAndBlue(data);
  const plain = (quality: number) =>
    sharp(rgba, { raw: { width, height, channels: 4 } })
      .jpeg({ quality })
      .toBuffer();
  const options = { format: turbo.FORMAT_BGRA, width, height, subsampling: turbo.SAMP_420, quality };
  const pixels = Buffer.from(data.buffer);
  const output = Buffer.allocUnsafeSlow(turbo.bufferSize(options));
  return [
    ...engines.map((engine) => {
      const codec = new BroadcastImageCodec({ encoding: "jpeg", quality, engine });
      return {
        name: `this codec, ${engine}`,
        run: async () => (await codec.encode({ ...sample, timestamp: 0 })).data,
      };
    }),
    { name: plainName, run: () => plain(quality) },
    { name: "jpeg-turbo by hand", run: () => turbo.compress(pixels, output, options) },
    { name: "plain sharp, quality 100", run: () => plain(100) },
  ];
}

/** Ways to read a JPEG; RGBA comes of all but the plain call, which gives RGB. */
export async function decodeCandidates(
  data: Uint8Array<ArrayBuffer>,
  width: number,
  height: number,
): Promise<Candidate[]> {
  const jpegs = new Map<number, Buffer>();
  const raw = { width, height, channels: 4 } as const;
  for (const quality of [75, 100]) {
    jpegs.set(quality, await sharp(swapRedAndBlue(data), { raw }).jpeg({ quality }).toBuffer());
  }
  const jpeg = jpegs.get(quality) as Buffer;
  const output = Buffer.allocUnsafeSlow(width * height * 4);
  const metadata = { encoding: "jpeg", codedWidth: width, codedHeight: height, timestamp: 0 } as const;
  const pool = new PayloadPool();
  return [
    ...engines.map((engine) => {
      const codec = new BroadcastImageCodec({ engine });
      return {
        name: `this codec, ${engine}`,
        // As a receiver does, whose pictures are disposed.
        run: async () => {
          const { data } = await codec.decode(jpeg, metadata, { allocate: (length) => pool.take(length) });
          const { length } = data;
          pool.giveBack(data);
          return { length };
        },
      };
    }),
    { name: plainName, run: () => sharp(jpeg).raw().toBuffer() },
    { name: "plain sharp, with alpha", run: () => sharp(jpeg).ensureAlpha().raw().toBuffer() },
    {
      name: "jpeg-turbo by hand",
      run: async () => (await turbo.decompress(jpeg, output, { format: turbo.FORMAT_RGBA })).data,
    },
    {
      name: "plain sharp, quality 100",
      run: () =>
        sharp(jpegs.get(100) as Buffer)
          .raw()
          .toBuffer(),
    },
  ];
}
