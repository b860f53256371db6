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
 * Copies a JPEG and removes the faults that libjpeg warns about but recovers from without a loss:
 * - bytes between segments, after the data of a scan or before a restart marker
 * - wrong numbers of restart markers
 * - a wrong range of coefficients in the scan header of a sequential JPEG
 * - unknown JFIF versions and Adobe transforms
 * - an incomplete colour profile
 * - a missing end-of-image marker, if other bytes follow the data of the last scan
 *
 * Throws a `RangeError` that names the missing or broken data. Arithmetic and lossless data is not checked.
 * Blocks the event loop for about as long as decoding takes, and needs memory in proportion to the image.
 */
export function tidyJpeg(data: Uint8Array): Uint8Array {
  const frame = readJpegFrame(data);
  if (!frame) throw new RangeError("the frame header is missing");
  const walker = new ScanWalker(frame);
  const missing = new Set(frame.components);
  const isProfileKept = hasCompleteProfile(data);
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
    if (isProfileKept || !isProfilePart(found)) copy.add(tidySegment(found, frame));
    if (code !== marker.startOfScan) continue;
    at = copyData(data, at, { frame, walker, fields, missing, copy });
    // The bytes after the last scan show that the JPEG was not truncated. Only its end-of-image marker is missing.
    if (missing.size === 0 && data.subarray(at).some((byte) => byte !== 0xff)) break;
  }
  copy.add([0xff, marker.endOfImage]);
  return copy.bytes;
}

interface ScanContext {
  readonly frame: JpegFrame;
  readonly walker: ScanWalker;
  /** The fields of the scan header. */
  readonly fields: Uint8Array;
  /** Components of a sequential JPEG that no scan has contained so far. The JPEG is complete when the set is empty. */
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
  if (!scan) throw new RangeError("a scan header does not fit the frame header");
  const end = copyScan(data, at, walker.walk(scan), copy);
  if (!isProgressive(frame)) for (const { component } of scan.components) missing.delete(component);
  return end;
}

/**
 * Returns the segment without the values that libjpeg warns about and ignores. Returns the same object if the segment
 * has no such value.
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

/** libjpeg treats an unknown transform as YCbCr for three components and as YCCK for four. */
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

/** Whether a segment is a part of a colour profile. */
function isProfilePart({ code, segment }: JpegSegment): boolean {
  return code === marker.app2 && startsWith(segment, profileName) && segment.byteLength >= 18;
}

/** Whether a colour profile or a part of one precedes the first scan. */
export function hasProfile(data: Uint8Array): boolean {
  return !profileParts(data).next().done;
}

/**
 * Whether the colour profile before the first scan has each of its parts exactly once (ICC.1:2010, B.4). Returns true
 * if there is no profile.
 */
function hasCompleteProfile(data: Uint8Array): boolean {
  const numbers = new Set<number>();
  let total: number | undefined;
  for (const { segment } of profileParts(data)) {
    const [number, count] = segment.subarray(16) as unknown as [number, number];
    if (numbers.has(number) || number < 1 || number > count || (total ?? count) !== count) return false;
    numbers.add(number);
    total = count;
  }
  return numbers.size === (total ?? 0);
}

function* profileParts(data: Uint8Array): Generator<JpegSegment> {
  for (let found = nextSegment(data, 2); found; found = nextSegment(data, found.end)) {
    if (found.code === marker.startOfScan || found.code === marker.endOfImage) return;
    if (isProfilePart(found)) yield found;
  }
}

function startsWith(segment: Uint8Array, name: string): boolean {
  return Buffer.from(segment.buffer, segment.byteOffset + 4, segment.byteLength - 4)
    .toString("latin1", 0, name.length)
    .startsWith(name);
}
