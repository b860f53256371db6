import type { IPCChannelErrorCode } from "./ipc-channel-error.ts";

/** The version of the wire format that this package speaks; PROTOCOL.md describes it. */
export const wireVersion = 1;

/** Bytes of the fixed prefix that every frame begins with. */
export const prefixBytes = 16;

/** The largest length that the prefix can carry. */
export const maxLength = 0xffff_ffff;

/** The largest header of any frame but a message; the limits of a channel are for its messages. */
export const maxControlHeaderBytes = 1024;

/** What a frame is for. */
export const frameKind = { hello: 0, proof: 1, message: 2, alive: 3, goodbye: 4 } as const;

/** One of the numbers of {@link frameKind}. */
export type FrameKind = (typeof frameKind)[keyof typeof frameKind];

/** One unit of the wire, decoded. */
export interface Frame {
  readonly kind: FrameKind;
  /** The decoded MessagePack value; `undefined` where the frame has no header bytes. */
  readonly header: unknown;
  /** An ArrayBuffer of its own, exactly as long as the payload; `undefined` where there is none. */
  readonly payload: Uint8Array | undefined;
  /** Bytes that this frame took on the wire. */
  readonly bytes: number;
}

/** The most that one side takes in a message, in bytes. */
export interface FrameLimits {
  readonly maxHeaderBytes: number;
  readonly maxPayloadBytes: number;
}

/** The reason in a goodbye: an orderly end, or the error that made its sender give up. */
export type GoodbyeCode = "closed" | IPCChannelErrorCode;
