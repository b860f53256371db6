import { corrupt } from "./corrupt.ts";

/** Says where a payload is. On the wire: four unsigned 32-bit integers, little-endian. */
export interface Reference {
  readonly region: number;
  /** A number for this payload that no other outstanding payload of the direction has. */
  readonly lease: number;
  /** The page at which the payload begins. */
  readonly page: number;
  /** The length of the payload in bytes. */
  readonly length: number;
}

const referenceBytes = 16;

/** Encodes a reference. All fields are unsigned 32-bit integers. */
export function encodeReference({ region, lease, page, length }: Reference): Uint8Array {
  const bytes = Buffer.allocUnsafe(referenceBytes);
  bytes.writeUInt32LE(region, 0);
  bytes.writeUInt32LE(lease, 4);
  bytes.writeUInt32LE(page, 8);
  bytes.writeUInt32LE(length, 12);
  return bytes;
}

/** Decodes a reference of a peer. Throws ERR_IPC_CORRUPT_MESSAGE if it has another length. */
export function decodeReference(bytes: Uint8Array): Reference {
  if (bytes.length !== referenceBytes) {
    throw corrupt(`a reference must have ${referenceBytes} bytes, got ${bytes.length}`);
  }
  return {
    region: readUInt32LE(bytes, 0),
    lease: readUInt32LE(bytes, 4),
    page: readUInt32LE(bytes, 8),
    length: readUInt32LE(bytes, 12),
  };
}

function readUInt32LE(bytes: Uint8Array, offset: number): number {
  const low = (bytes[offset] as number) | ((bytes[offset + 1] as number) << 8);
  const high = (bytes[offset + 2] as number) | ((bytes[offset + 3] as number) << 8);
  return (low | (high << 16)) >>> 0;
}
