import type { Random } from "../../../../tests/support/random.ts";

/** The bytes of a stream, and the offsets of its frames. */
export interface Recording {
  readonly bytes: Buffer;
  readonly starts: readonly number[];
}

/** Joins these frames into a stream. */
export function recording(frames: readonly Buffer[]): Recording {
  const starts: number[] = [];
  let place = 0;
  for (const { length } of frames) {
    starts.push(place);
    place += length;
  }
  return { bytes: Buffer.concat(frames), starts };
}

/** Returns a copy with one to four faults. Inserted bytes are copied from one of `others`. */
export function mutate({ bytes, starts }: Recording, others: readonly Recording[], random: Random): Buffer {
  let mutated: Buffer = Buffer.from(bytes);
  for (let faults = 1 + random.below(4); faults > 0 && mutated.length > 0; faults--) {
    mutated = random.of(mutations)(mutated, random, starts, random.of(others).bytes);
  }
  return mutated;
}

type Mutation = (bytes: Buffer, random: Random, starts: readonly number[], other: Buffer) => Buffer;

/** Lengths at or near a boundary of prefixes, headers, limits and integers. */
const lengths = [
  0, 1, 15, 16, 17, 127, 128, 1023, 1024, 1025, 4095, 4096, 4097, 65535, 65536, 65537, 0x7fff_ffff,
  0x8000_0000, 0xffff_fff0, 0xffff_ffff,
];

const mutations: readonly Mutation[] = [
  function flipBit(bytes, random) {
    const place = random.below(bytes.length);
    bytes[place] = (bytes[place] as number) ^ (1 << random.below(8));
    return bytes;
  },
  function setByte(bytes, random) {
    // Every second time on average, the new byte is a type byte of MessagePack (0xc0 to 0xdf).
    bytes[random.below(bytes.length)] = random.below(2) ? 0xc0 + random.below(32) : random.below(256);
    return bytes;
  },
  function editLength(bytes, random, starts) {
    const place = random.of(starts) + random.of([8, 12]);
    if (place + 4 <= bytes.length) bytes.writeUInt32LE(random.of(lengths), place);
    return bytes;
  },
  function nudgeLength(bytes, random, starts) {
    const place = random.of(starts) + random.of([8, 12]);
    if (place < bytes.length) bytes[place] = (bytes[place] as number) + random.of([-1, 1]);
    return bytes;
  },
  function truncate(bytes, random) {
    return bytes.subarray(0, random.below(bytes.length));
  },
  function insert(bytes, random) {
    const place = random.below(bytes.length + 1);
    const added = random.bytes(1 + random.below(24));
    return Buffer.concat([bytes.subarray(0, place), added, bytes.subarray(place)]);
  },
  function cutOut(bytes, random) {
    const place = random.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + 1 + random.below(32))]);
  },
  function splice(bytes, random, starts, other) {
    const place = random.below(2) ? Math.min(random.of(starts), bytes.length) : random.below(bytes.length);
    const from = random.below(other.length);
    const added = other.subarray(from, from + random.below(200));
    return Buffer.concat([bytes.subarray(0, place), added, bytes.subarray(place)]);
  },
];
