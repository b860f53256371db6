import { ByteList, copyScan, copyUncheckedScan } from "./copy-scan.ts";
import {
  isArithmetic,
  isHuffmanCoded,
  isProgressive,
  type JpegComponent,
  type JpegFrame,
  readJpegFrame,
} from "./jpeg-frame.ts";
import { readJpegScan } from "./jpeg-scan.ts";
import { type JpegSegment, marker, nextSegment } from "./jpeg-segment.ts";
import { ScanWalker } from "./scan-walker.ts";

/**
 * Gives the same JPEG without everything that libjpeg warns about and gets over without a loss: bytes between segments,
 * behind the data of a scan or before a restart marker, wrong numbers of restart markers, wrong coefficients in the scan
 * header of a sequential picture, unknown versions of JFIF and transforms of Adobe, a colour profile that is not whole,
 * and a missing end where more bytes show that the picture was not cut.
 * Throws a `RangeError` that says which data is missing or broken. Arithmetic and lossless data is not looked into.
 * It takes about as long as decoding does, on the event loop, and memory in proportion to the picture.
 */
export function tidyJpeg(data: Uint8Array): Uint8Array {
  const frame = readJpegFrame(data);
  if (!frame) throw new RangeError("no frame header");
  const walker = new ScanWalker(frame);
  const missing = new Set(frame.components);
  const isProfileKept = hasWholeProfile(data);
  const copy = new ByteList(data.byteLength + 2);
  copy.add([0xff, marker.startOfImage]);
  for (let at = 2; ; ) {
    const found = nextSegment(data, at);
    if (found?.code === marker.endOfImage) break;
    if (!found || found.code === marker.startOfImage) throw new RangeError("the end of the image is missing");
    const { code, segment } = found;
    const fields = segment.subarray(4);
    at = found.end;
    if (code === marker.huffmanTables) walker.addTables(fields);
    if (code === marker.restartInterval) walker.setInterval(((fields[0] ?? 0) << 8) | (fields[1] ?? 0));
    if (isProfileKept || !isProfilePiece(found)) copy.add(tidySegment(found, frame));
    if (code !== marker.startOfScan) continue;
    at = copyData(data, at, { frame, walker, fields, missing, copy });
    // The end is left, and whatever is there instead proves that the picture was not cut.
    if (missing.size === 0 && data.subarray(at).some((byte) => byte !== 0xff)) break;
  }
  copy.add([0xff, marker.endOfImage]);
  return copy.bytes;
}

interface ScanContext {
  readonly frame: JpegFrame;
  readonly walker: ScanWalker;
  /** The scan header. */
  readonly fields: Uint8Array;
  /** Components of a sequential picture that no scan has had yet; it is complete when there are none. */
  readonly missing: Set<JpegComponent>;
  readonly copy: ByteList;
}

function copyData(
  data: Uint8Array,
  at: number,
  { frame, walker, fields, missing, copy }: ScanContext,
): number {
  if (!isHuffmanCoded(frame)) return copyUncheckedScan(data, at, { isArithmetic: isArithmetic(frame) }, copy);
  const scan = readJpegScan(fields, frame);
  if (!scan) throw new RangeError("an impossible scan header");
  const end = copyScan(data, at, walker.walk(scan), copy);
  if (!isProgressive(frame)) for (const { component } of scan.components) missing.delete(component);
  return end;
}

/**
 * The segment as decoders expect it, where libjpeg warns about what it says and reads it that way: in a copy, else as it
 * is.
 */
function tidySegment({ code, segment }: JpegSegment, frame: JpegFrame): Uint8Array {
  switch (code) {
    case marker.app0:
      return startsWith(segment, "JFIF\0") && segment.byteLength >= 16 ? withByte(segment, 9, 1) : segment;
    case marker.app14:
      return startsWith(segment, "Adobe") && segment.byteLength >= 16
        ? tidyTransform(segment, frame)
        : segment;
    case marker.startOfScan:
      return isProgressive(frame) ? segment : tidyScanHeader(segment);
    default:
      return segment;
  }
}

/** Unknown transforms are those of most pictures: YCbCr and YCCK. */
function tidyTransform(segment: Uint8Array, { components }: JpegFrame): Uint8Array {
  const [known, usual] = components.length === 4 ? [[0, 2], 2] : [[0, 1], 1];
  return known.includes(segment[15] as number) ? segment : withByte(segment, 15, usual);
}

function tidyScanHeader(segment: Uint8Array): Uint8Array {
  const tidy = Uint8Array.from(segment);
  tidy.set([0, 63, 0], segment.byteLength - 3);
  return tidy;
}

function withByte(segment: Uint8Array, at: number, value: number): Uint8Array {
  if (segment[at] === value) return segment;
  const tidy = Uint8Array.from(segment);
  tidy[at] = value;
  return tidy;
}

const profileName = "ICC_PROFILE\0";

/** Whether a segment holds a piece of a colour profile. */
function isProfilePiece({ code, segment }: JpegSegment): boolean {
  return code === marker.app2 && startsWith(segment, profileName) && segment.byteLength >= 18;
}

/** Whether there is a colour profile before the first scan, or a part of one. */
export function hasProfile(data: Uint8Array): boolean {
  return !profilePieces(data).next().done;
}

/** Whether all pieces of a colour profile before the first scan are there, once each (ICC.1:2010, B.4). */
function hasWholeProfile(data: Uint8Array): boolean {
  const numbers = new Set<number>();
  let total: number | undefined;
  for (const { segment } of profilePieces(data)) {
    const [number, count] = segment.subarray(16) as unknown as [number, number];
    if (numbers.has(number) || number < 1 || number > count || (total ?? count) !== count) return false;
    numbers.add(number);
    total = count;
  }
  return numbers.size === (total ?? 0);
}

function* profilePieces(data: Uint8Array): Generator<JpegSegment> {
  for (let found = nextSegment(data, 2); found; found = nextSegment(data, found.end)) {
    if (found.code === marker.startOfScan || found.code === marker.endOfImage) return;
    if (isProfilePiece(found)) yield found;
  }
}

function startsWith(segment: Uint8Array, name: string): boolean {
  return Buffer.from(segment.buffer, segment.byteOffset + 4, segment.byteLength - 4)
    .toString("latin1", 0, name.length)
    .startsWith(name);
}
