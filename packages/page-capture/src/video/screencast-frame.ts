import { now } from "@broadcast-ipc/clock";
import { type EncodedImageSample, readJpegHeader } from "@broadcast-ipc/image-codec";

/** Parameters of the event `Page.screencastFrame`. */
export interface ScreencastFrame {
  /** The image in base64. */
  readonly data: string;
  readonly metadata: {
    /** Size of the page's viewport in CSS pixels. */
    readonly deviceWidth: number;
    readonly deviceHeight: number;
    /** Time of display by the wall clock, in seconds. */
    readonly timestamp?: number;
    /** Time of display by the monotonic clock, in seconds. Chromium reports it since version 155. */
    readonly monotonicTimestamp?: number;
  };
  /** Numbers the screencasts of the session. */
  readonly sessionId: number;
}

/** Maximum age of a frame that arrives, in µs. A higher age means that the browser has another clock. */
const longestAge = 1e6;

/**
 * Returns the time at which the browser displayed the frame, in µs. It is the time of arrival if the browser states a
 * later time, which happens because it states the planned time, or if its clock is not comparable.
 */
export function displayTime(
  { metadata: { monotonicTimestamp } }: ScreencastFrame,
  arrival: number = now(),
): number {
  const stated = Math.round((monotonicTimestamp ?? Number.POSITIVE_INFINITY) * 1e6);
  return stated < arrival && stated > arrival - longestAge ? stated : arrival;
}

/** Decodes a frame. Returns `undefined` if the data is neither a JPEG nor a PNG. */
export function decodeFrame(
  { data: text }: ScreencastFrame,
  timestamp: number,
): EncodedImageSample | undefined {
  // A small Buffer would share its memory with Node's pool.
  const data = new Uint8Array(Buffer.byteLength(text, "base64"));
  Buffer.from(data.buffer).write(text, "base64");
  const jpeg = readJpegHeader(data);
  const size = jpeg ?? readPngSize(data);
  if (!size) return undefined;
  const { width: codedWidth, height: codedHeight } = size;
  return { type: "image", encoding: jpeg ? "jpeg" : "png", codedWidth, codedHeight, data, timestamp };
}

/** Reads the size from the header of a PNG (PNG specification, 11.2.1). */
function readPngSize(data: Uint8Array): { readonly width: number; readonly height: number } | undefined {
  if (data.byteLength < 24) return undefined;
  const view = new DataView(data.buffer);
  if (view.getUint32(0) !== 0x89504e47) return undefined;
  return { width: view.getUint32(16), height: view.getUint32(20) };
}
