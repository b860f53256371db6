import { ImageCodecError } from "../checks/image-codec-error.ts";
import { undecodable } from "../formats/image-header.ts";
import {
  isHuffmanCoded,
  isProgressive,
  type JpegFrame,
  readJpegHeader,
  samplingOf,
} from "../jpeg/jpeg-frame.ts";
import { hasTooManyScans } from "../jpeg/jpeg-scan.ts";
import { hasProfile, tidyJpeg } from "../jpeg/tidy-jpeg.ts";
import { allocateOnce } from "../memory/allocate.ts";
import type { JpegEngineName } from "../options/image-codec-options.ts";
import type { CodedSize } from "../sample/planes.ts";
import type { PixelTarget } from "./jpeg-engine.ts";
import { jpegReaders } from "./load-engine.ts";

interface DecodeJpegOptions {
  /** What the JPEG's header says; its size is the one given. */
  readonly frame: JpegFrame;
  readonly engine?: JpegEngineName | undefined;
}

/**
 * Decompresses a JPEG, by the engine that was chosen or by another one that can read it.
 * Engines reject a picture whenever libjpeg warns, which it does about harmless faults as well. So a picture that was
 * rejected is read here; if no data is missing, it is decoded again without those faults. `allocate` is called once.
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
  // Bytes that do not start as a JPEG should are not given to native code.
  let tidy = readJpegHeader(data) ? undefined : wholeOrThrow(tidied(data));
  for await (const engine of jpegReaders(frame, name)) {
    const attempt = (bytes: Uint8Array) =>
      engine.decode(bytes, size, target).catch((cause: unknown) => {
        // The error is about the memory, not about the picture.
        if (cause instanceof ImageCodecError) throw cause;
        failure ??= cause;
        return undefined;
      });
    const oversight = tidy ? "none" : oversightOf(engine.name, data, frame);
    const decoding = attempt(tidy ?? data);
    // The engine works on another thread meanwhile.
    let checked = oversight === "silent" ? tidied(data) : undefined;
    const pixels = await decoding;
    if (pixels?.isWarned && oversight === "warned") checked = tidied(data);
    if (pixels && !(checked instanceof Error)) return pixels.data;
    if (tidy) continue;
    tidy = wholeOrThrow(checked ?? tidied(data), failure);
    const repaired = Buffer.compare(tidy, data) === 0 ? undefined : await attempt(tidy);
    if (repaired) return repaired.data;
  }
  const { precision, process } = frame;
  const traits = `process ${process.toString(16)}, ${precision} bits, sampling ${samplingOf(frame)}`;
  const message = `No JPEG engine that is installed reads this picture: ${traits}`;
  throw new ImageCodecError("ERR_IMAGE_UNDECODABLE", message, { cause: failure });
}

/**
 * Whether an engine may make pixels of a picture whose last data is missing, with a warning or silently. libvips looks for
 * warnings of libjpeg when it asks for the next eight rows, and so does not see those about the last ones unless libjpeg
 * decodes more at a time. sharp emits them in the end, but not for pictures whose colours are converted: these it keeps.
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

/** The picture without harmless faults, or what is wrong with it. */
function tidied(data: Uint8Array): Uint8Array | Error {
  try {
    return tidyJpeg(data);
  } catch (fault) {
    return fault as Error;
  }
}

function wholeOrThrow(tidy: Uint8Array | Error, failure?: unknown): Uint8Array {
  if (!(tidy instanceof Error)) return tidy;
  const message = `The data is not a whole jpeg picture: ${tidy.message}`;
  const options = failure === undefined ? undefined : { cause: failure };
  throw new ImageCodecError("ERR_IMAGE_UNDECODABLE", message, options);
}
