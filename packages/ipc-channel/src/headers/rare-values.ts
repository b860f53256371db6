/** Decodes the 4, 8 or 12 bytes of a MessagePack timestamp. Throws an Error if the timestamp is out of range. */
export function timestampOf(bytes: Buffer): Date {
  let seconds: number;
  let nanoseconds = 0;
  if (bytes.length === 4) seconds = bytes.readUInt32BE(0);
  else if (bytes.length === 8) {
    const high = bytes.readUInt32BE(0);
    nanoseconds = high >>> 2;
    seconds = (high & 3) * 2 ** 32 + bytes.readUInt32BE(4);
  } else {
    nanoseconds = bytes.readUInt32BE(0);
    seconds = Number(bytes.readBigInt64BE(4));
  }
  const date = new Date(seconds * 1000 + Math.floor(nanoseconds / 1e6));
  if (nanoseconds > 999_999_999 || Number.isNaN(date.getTime()))
    throw new Error("a timestamp is out of range");
  return date;
}

/** Returns `integer` as a number if it is a safe integer, otherwise as the bigint. */
export function numberIfSafe(integer: bigint): number | bigint {
  const number = Number(integer);
  return Number.isSafeInteger(number) ? number : integer;
}
