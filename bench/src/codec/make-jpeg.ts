import { BroadcastImageCodec } from "@broadcast-ipc/image-codec";
import { swapRedAndBlue } from "../scenes/frames.ts";
import type { Size } from "./codec-candidates.ts";

/** Encodes a BGRA frame as a JPEG for the decoders. Uses sharp, or another engine if sharp is not installed. */
export async function makeJpeg(
  data: Uint8Array<ArrayBuffer>,
  { width, height }: Size,
  quality: number,
): Promise<Buffer> {
  const sharp = await import("sharp").then(
    (module) => module.default,
    () => undefined,
  );
  if (sharp) {
    const raw = { width, height, channels: 4 } as const;
    return sharp(swapRedAndBlue(data), { raw }).jpeg({ quality }).toBuffer();
  }
  const codec = new BroadcastImageCodec({ encoding: "jpeg", quality });
  const sample = { type: "image", format: "BGRA", codedWidth: width, codedHeight: height } as const;
  return Buffer.from((await codec.encode({ ...sample, data, timestamp: 0 })).data);
}
