import { ByteList } from "./byte-list.ts";
import { copyScan, copyUncheckedScan } from "./copy-scan.ts";
import {
  isArithmetic,
  isHuffmanCoded,
  isProgressive,
  type JpegComponent,
  type JpegFrame,
  readJpegFrame,
} from "./jpeg-frame.ts";
import { marker } from "./jpeg-marker.ts";
import { readJpegScan } from "./jpeg-scan.ts";
import { nextSegment } from "./jpeg-segment.ts";
import { ScanWalker } from "./scan-walker.ts";
import { hasWholeProfile, isProfilePiece, tidySegment } from "./tidy-segment.ts";

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
