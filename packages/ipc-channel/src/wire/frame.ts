import type { IPCChannelErrorCode } from "../errors/ipc-channel-error.ts";

/** The version of the wire format that this package implements; see PROTOCOL.md. */
export const wireVersion = 1;

/** The first four bytes of every frame, "IPC" and the version, read as a little-endian number. */
export const magicAndVersion: number = 0x43_50_49 | (wireVersion << 24);

/** The length of the prefix that begins every frame, in bytes. */
export const prefixBytes = 16;

/** The largest length that the prefix can hold. */
export const maxLength = 0xffff_ffff;

/** The largest header of any frame other than a message, in bytes. The limits of a channel apply to messages only. */
export const maxControlHeaderBytes = 1024;

/** Up to this many bytes, copying in a loop is faster than `set`, which needs a view of the source. */
export const loopBytes = 128;

/** The kinds of frames, with the number of each kind in the prefix. */
export const frameKind = { hello: 0, proof: 1, message: 2, alive: 3, goodbye: 4, carrier: 5 } as const;

/** Flags of a frame with a payload: the bytes of the frame are the payload, or a reference to a payload outside the stream. */
export const payloadFlags = { inline: 1, reference: 3 } as const;

/** The largest reference to a payload outside the stream, in bytes. */
export const maxReferenceBytes = 64;

/** One of the numbers of {@link frameKind}. */
export type FrameKind = (typeof frameKind)[keyof typeof frameKind];

/** A decoded frame. */
export interface Frame {
  readonly kind: FrameKind;
  /** The decoded MessagePack value; `undefined` if the frame has no header bytes. */
  readonly header: unknown;
  /** Starts at offset 0 of its own ArrayBuffer, which has exactly the payload's length; `undefined` if the frame has no payload. */
  readonly payload: Uint8Array | undefined;
  /** The length of the prefix, the header and the payload, in bytes. Includes a payload that travelled outside the stream. */
  readonly bytes: number;
}

/** A frame from the peer. Disposing the frame returns the payload's memory to a pool. */
export interface ReceivedFrame extends Frame, Disposable {}

/** The largest message that one side accepts, in bytes. */
export interface FrameLimits {
  readonly maxHeaderBytes: number;
  readonly maxPayloadBytes: number;
}

/** The reason in a goodbye: "closed" for an orderly end, or the code of the error that made the sender give up. */
export type GoodbyeCode = "closed" | IPCChannelErrorCode;
