import { readFileSync } from "node:fs";
import type { Role } from "../../src/handshake/handshake.ts";
import type { frameKind } from "../../src/wire/frame.ts";

/** A header's bytes, with the decoded value or with the code of the reader's error. */
export interface HeaderVector {
  readonly description: string;
  readonly hex: string;
  readonly value?: unknown;
  readonly error?: string;
}

interface FrameVector {
  readonly description: string;
  readonly hex: string;
  readonly canonical?: boolean;
  readonly frame: {
    readonly kind: keyof typeof frameKind;
    readonly header?: unknown;
    readonly payload: string | null;
    readonly reference?: string | null;
  };
}

interface ErrorVector {
  readonly description: string;
  readonly hex: string;
  readonly error: string;
}

interface Vectors {
  limits: { maxHeaderBytes: number; maxPayloadBytes: number };
  frames: FrameVector[];
  headers: HeaderVector[];
  errors: ErrorVector[];
  carrier: { frames: FrameVector[]; errors: ErrorVector[] };
  proofs: {
    description: string;
    token: string;
    role: Role;
    ownNonce: string;
    peerNonce: string;
    mac: string;
  }[];
}

/** The test vectors for peers in any language. PROTOCOL.md describes the file. */
export const vectors: Vectors = JSON.parse(
  readFileSync(new URL("../vectors.json", import.meta.url), "utf8"),
  (_, value) => unmarked(value),
);

/** Reads the objects that stand for bytes, big integers, dates and infinities, which JSON cannot express. */
function unmarked(value: Record<string, unknown> | null): unknown {
  if (typeof value?.$hex === "string") return bytesOf(value.$hex);
  if (typeof value?.$int === "string") return BigInt(value.$int);
  if (typeof value?.$date === "string") return new Date(value.$date);
  if (typeof value?.$float === "string") return Number(value.$float);
  return value;
}

export function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}
