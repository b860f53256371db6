import { isProgressive, type JpegFrame } from "./jpeg-frame.ts";
import { marker } from "./jpeg-marker.ts";
import { type JpegSegment, nextSegment } from "./jpeg-segment.ts";

/**
 * The segment as decoders expect it, where libjpeg warns about what it says and reads it that way: in a copy, else as it
 * is.
 */
export function tidySegment({ code, segment }: JpegSegment, frame: JpegFrame): Uint8Array {
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
export function isProfilePiece({ code, segment }: JpegSegment): boolean {
  return code === marker.app2 && startsWith(segment, profileName) && segment.byteLength >= 18;
}

/** Whether there is a colour profile before the first scan, or a part of one. */
export function hasProfile(data: Uint8Array): boolean {
  return !profilePieces(data).next().done;
}

/** Whether all pieces of a colour profile before the first scan are there, once each (ICC.1:2010, B.4). */
export function hasWholeProfile(data: Uint8Array): boolean {
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
