import { ImageCodecError } from "../checks/image-codec-error.ts";
import { undecodable } from "../formats/image-header.ts";
import {
  isHuffmanCoded,
  isProgressive,
  type JpegFrame,
  readJpegHeader,
  samplingOf,
} from "../formats/jpeg-frame.ts";
import { hasTooManyScans } from "../formats/jpeg-scan.ts";
import { hasProfile, tidyJpeg } from "../formats/tidy-jpeg.ts";
import { allocateOnce } from "../memory/allocate.ts";
import type { JpegEngineName } from "../options/image-codec-options.ts";
import type { CodedSize } from "../sample/planes.ts";
import type { PixelTarget } from "./jpeg-engine.ts";
import { jpegReaders } from "./load-engine.ts";

interface DecodeJpegOptions {
  /** The frame header of the JPEG. Its size equals the `size` argument. */
  readonly frame: JpegFrame;
  readonly engine?: JpegEngineName | undefined;
}

/**
 * Decompresses a JPEG with the chosen engine, or with another engine that can read it. Engines reject every JPEG that
 * libjpeg warns about, and libjpeg also warns about harmless faults. Therefore a rejected JPEG is checked here. If no
 * data is missing, a copy without the faults is decoded. `allocate` is called at most once, even if the JPEG is decoded
 * again.
 */
export async function decodeJpeg(
  data: Uint8Array,
  size: CodedSize,
  { format, allocate }: PixelTarget,
  { frame, engine: name }: DecodeJpegOptions,
): Promise<Uint8Array> {
  if (hasTooManyScans(data)) throw undecodable("jpeg");
  const target = { format, allocate: allocate && allocateOnce(allocate) };
  let failure: unknown;
  // Native code receives only data whose segments are well-formed up to the frame header.
  let tidy = readJpegHeader(data) ? undefined : completeOrThrow(tidied(data));
  for await (const engine of jpegReaders(frame, name)) {
    const attempt = (bytes: Uint8Array) =>
      engine.decode(bytes, size, target).catch((cause: unknown) => {
        // An ImageCodecError reports a problem with memory or WebAssembly, not with this JPEG.
        if (cause instanceof ImageCodecError) throw cause;
        failure ??= cause;
        return undefined;
      });
    const oversight = tidy ? "none" : oversightOf(engine.name, data, frame);
    const decoding = attempt(tidy ?? data);
    // Checks the JPEG on this thread while the engine decodes it on another one.
    let checked = oversight === "silent" ? tidied(data) : undefined;
    const pixels = await decoding;
    if (pixels?.isWarned && oversight === "warned") checked = tidied(data);
    if (pixels && !(checked instanceof Error)) return pixels.data;
    if (tidy) continue;
    tidy = completeOrThrow(checked ?? tidied(data), failure);
    const repaired = Buffer.compare(tidy, data) === 0 ? undefined : await attempt(tidy);
    if (repaired) return repaired.data;
  }
  const { precision, process } = frame;
  const traits = `process ${process.toString(16)}, ${precision} bits, sampling ${samplingOf(frame)}`;
  const message = `No installed JPEG engine can read this image: ${traits}`;
  throw new ImageCodecError("ERR_IMAGE_UNDECODABLE", message, { cause: failure });
}

/**
 * Returns how an engine treats a JPEG whose last data is missing. `"none"`: the engine rejects the JPEG. `"warned"`:
 * the engine may decode the JPEG, with a warning. `"silent"`: the engine may decode the JPEG without a warning. libvips
 * checks for warnings of libjpeg when it requests the next eight rows. It misses a warning about the last coding units,
 * unless it requests eight more rows after libjpeg has decoded those units. sharp emits the missed warnings at the end,
 * except for images whose colours are converted.
 */
function oversightOf(
  engine: JpegEngineName,
  data: Uint8Array,
  frame: JpegFrame,
): "none" | "warned" | "silent" {
  if (engine !== "sharp" || !isHuffmanCoded(frame) || isProgressive(frame)) return "none";
  const rowsAtATime = 8 * Math.max(...frame.components.map(({ vertical }) => vertical));
  if ((frame.height - 1) % rowsAtATime >= 8) return "none";
  return frame.components.length === 3 && !hasProfile(data) ? "warned" : "silent";
}

/** Returns the JPEG without harmless faults, or an error that names the missing data. */
function tidied(data: Uint8Array): Uint8Array | Error {
  try {
    return tidyJpeg(data);
  } catch (fault) {
    return fault as Error;
  }
}

function completeOrThrow(tidy: Uint8Array | Error, failure?: unknown): Uint8Array {
  if (!(tidy instanceof Error)) return tidy;
  const message = `The data is not a complete jpeg image: ${tidy.message}`;
  const options = failure === undefined ? undefined : { cause: failure };
  throw new ImageCodecError("ERR_IMAGE_UNDECODABLE", message, options);
}
