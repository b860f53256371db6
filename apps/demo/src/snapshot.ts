import { writeFile } from "node:fs/promises";
import { BroadcastImageCodec, type EncodedImageSample, type ImageSample } from "@broadcast-ipc/image-codec";
import sharp from "sharp";
import { checkFolder } from "./check-folder.ts";

/** Rejects with a user-facing Error if the folder of `file` is not writable. */
export async function checkSnapshotFile(file: string): Promise<void> {
  await checkFolder(file).catch(refuse);
}

/** Writes a frame to a PNG file. Rejects with a user-facing Error if the file cannot be written. */
export async function writeSnapshot(file: string, sample: ImageSample | EncodedImageSample): Promise<void> {
  await write(file, sample).catch(refuse);
}

async function write(file: string, sample: ImageSample | EncodedImageSample): Promise<void> {
  const { metadata, data } = await new BroadcastImageCodec().encode(sample);
  const frame = await new BroadcastImageCodec().decode(data, metadata, { format: "RGB" });
  const raw = { width: frame.codedWidth, height: frame.codedHeight, channels: 3 } as const;
  await writeFile(file, await sharp(frame.data, { raw }).png({ compressionLevel: 1 }).toBuffer());
}

function refuse(cause: Error): never {
  throw new Error(`The snapshot cannot be written: ${cause.message}.`, { cause });
}
