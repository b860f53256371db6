import type { EncodedImageSample } from "@broadcast-ipc/image-codec";
import type { Demand } from "@broadcast-ipc/protocol";

/** What a {@link PageCapture} uses of a `BroadcastUploader` or a `FanOut`. */
export interface CaptureTarget {
  /** What the receivers want together. `undefined` without a receiver. */
  readonly demand: Demand | undefined;
  /** Resolves when the target has ended. */
  readonly closed: Promise<unknown>;
  /** Sends a video frame. See `BroadcastUploader.upload`. */
  upload(sample: EncodedImageSample): Promise<unknown>;
  /** Sends a message. See `BroadcastUploader.send`. */
  send(type: string, data: unknown, payload?: Uint8Array): Promise<void>;
  /** Yields the messages of these types from the receivers. See `BroadcastUploader.messages`. */
  messages(options: {
    readonly types: readonly string[];
    readonly signal: AbortSignal;
  }): AsyncIterable<{ readonly data: unknown; readonly payload?: Uint8Array | undefined }>;
  /** Adds a listener. */
  on(event: CaptureTargetEvent, listener: () => void): unknown;
  /** Removes a listener. */
  off(event: CaptureTargetEvent, listener: () => void): unknown;
}

/** The events of a {@link CaptureTarget} that a {@link PageCapture} listens to. */
export type CaptureTargetEvent = "connect" | "disconnect" | "demand";

const methods = [
  "upload",
  "send",
  "messages",
  "on",
  "off",
] as const satisfies readonly (keyof CaptureTarget)[];

/** Throws a TypeError if the value is no {@link CaptureTarget}. */
export function checkTarget(value: CaptureTarget): void {
  const object: Partial<CaptureTarget> = Object(value);
  if (methods.every((method) => typeof object[method] === "function")) return;
  const got = value instanceof Promise ? "a Promise, which must be awaited" : typeof value;
  throw new TypeError(`uploader must be a BroadcastUploader or a FanOut, got ${got}`);
}
