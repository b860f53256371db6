const noBytes = Buffer.alloc(0);

/** A cursor over the bytes of a header. Reads big-endian numbers, as MessagePack writes them. Reused for every header. */
export class HeaderBytes {
  bytes: Buffer = noBytes;
  /** Offset of the next byte to read. */
  position = 0;
  /** Offset of the header's end; no byte at or after it is read. */
  end = 0;
  #start = 0;

  /** Starts a header that occupies `bytes` from `start` to `end`. */
  open(bytes: Buffer, start: number, end: number): void {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
    this.#start = start;
  }

  /** Drops the reference to the bytes. */
  close(): void {
    this.bytes = noBytes;
  }

  /** Returns the error to throw for what was just read. The message names its offset in the header. */
  fault(what: string): Error {
    return new Error(`${what}, at byte ${this.position - this.#start} of ${this.end - this.#start}`);
  }

  /** The number of bytes left. */
  get left(): number {
    return this.end - this.position;
  }

  /** Consumes `length` bytes and returns their offset. Throws if the header has fewer. */
  take(length: number): number {
    const start = this.position;
    if (length > this.end - start) {
      throw this.fault(`${length} bytes are announced, ${this.end - start} are left`);
    }
    this.position = start + length;
    return start;
  }

  readUint8(): number {
    return this.bytes[this.take(1)] as number;
  }

  readUint16(): number {
    const start = this.take(2);
    return ((this.bytes[start] as number) << 8) | (this.bytes[start + 1] as number);
  }

  readUint32(): number {
    return this.readUint16() * 0x10000 + this.readUint16();
  }

  /** A number where the integer is safe, else a bigint. */
  readUint64(): number | bigint {
    const high = this.readUint32();
    const low = this.readUint32();
    return high < 0x20_0000 ? high * 2 ** 32 + low : (BigInt(high) << 32n) | BigInt(low);
  }

  /** A number where the integer is safe, else a bigint. */
  readInt64(): number | bigint {
    const high = this.readUint32() | 0;
    const low = this.readUint32();
    const value = high * 2 ** 32 + low;
    return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) | BigInt(low);
  }

  /** Minus zero becomes 0, since a float with a whole value is the same number as the integer. */
  readFloat32(): number {
    this.#fillFloat(4);
    return (float32[0] as number) + 0;
  }

  /** As {@link readFloat32}. */
  readFloat64(): number {
    this.#fillFloat(8);
    return (float64[0] as number) + 0;
  }

  #fillFloat(length: number): void {
    const start = this.take(length);
    for (let index = 0; index < length; index++) {
      floatBytes[isLittleEndian ? length - 1 - index : index] = this.bytes[start + index] as number;
    }
  }
}

const float64 = new Float64Array(1);
const float32 = new Float32Array(float64.buffer, 0, 1);
const floatBytes = new Uint8Array(float64.buffer);
const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
