import { BroadcastImageCodec, type EncodedImageSample, type ImageSample } from "@broadcast-ipc/image-codec";
import sharp from "sharp";

/** Writes a picture to a PNG file. */
export async function writeSnapshot(file: string, sample: ImageSample | EncodedImageSample): Promise<void> {
  const { metadata, data } = await new BroadcastImageCodec().encode(sample);
  const picture = await new BroadcastImageCodec().decode(data, metadata, { format: "RGB" });
  const raw = { width: picture.codedWidth, height: picture.codedHeight, channels: 3 } as const;
  await sharp(picture.data, { raw }).png({ compressionLevel: 1 }).toFile(file);
}
