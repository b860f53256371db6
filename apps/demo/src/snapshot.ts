import { writeFile } from "node:fs/promises";
import { BroadcastImageCodec, type EncodedImageSample, type ImageSample } from "@broadcast-ipc/image-codec";
import sharp from "sharp";
import { checkFolder } from "./check-folder.ts";

/** Rejects with an Error whose message is a sentence where no picture can be written to this file. */
export async function checkSnapshotFile(file: string): Promise<void> {
  await checkFolder(file).catch(refuse);
}

/** Writes a picture to a PNG file; rejects with an Error whose message is a sentence. */
export async function writeSnapshot(file: string, sample: ImageSample | EncodedImageSample): Promise<void> {
  await write(file, sample).catch(refuse);
}

async function write(file: string, sample: ImageSample | EncodedImageSample): Promise<void> {
  const { metadata, data } = await new BroadcastImageCodec().encode(sample);
  const picture = await new BroadcastImageCodec().decode(data, metadata, { format: "RGB" });
  const raw = { width: picture.codedWidth, height: picture.codedHeight, channels: 3 } as const;
  await writeFile(file, await sharp(picture.data, { raw }).png({ compressionLevel: 1 }).toBuffer());
}

function refuse(cause: Error): never {
  throw new Error(`The snapshot cannot be written: ${cause.message}.`, { cause });
}
