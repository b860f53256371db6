import type { Random } from "../../../../tests/support/random.ts";

/** Extension types: MessagePack's timestamp (-1), and types that the reader must refuse, such as those of msgpackr. */
const extensionTypes = [0xff, 0x00, 0x42, 0x62, 0x65, 0x69, 0x70, 0x72, 0x73, 0x74, 0x78, 0x01, 0x7f, 0x80];

const keys = [
  "a",
  "type",
  "sequence",
  "__proto__",
  "constructor",
  "toJSON",
  "1023",
  "0",
  "",
  "ä",
  "x".repeat(40),
];

const texts = [...keys, "\ufffd", "🙂", "y".repeat(300)].map((text) => Buffer.from(text));

const badTexts = ["ff", "c328", "eda080", "c080", "f8888080", "e282"].map((hex) => Buffer.from(hex, "hex"));

const numbers = [
  ..."00 7f e0 ff cc80 cdffff ceffffffff cf0000000000000001 cf001fffffffffffff cf0020000000000000".split(" "),
  ..."cfffffffffffffffff d080 d18000 d280000000 d3ffffffffffffffff d38000000000000000".split(" "),
  ..."ca3fc00000 ca7fc00000 cb3ff8000000000000 cb43e0000000000000 cb7ff0000000000000 c0 c2 c3 c1".split(" "),
].map((hex) => Buffer.from(hex, "hex"));

/** How a length is encoded: in the type byte if `bytes` is 0, or else in `bytes` bytes after the type byte. */
interface LengthField {
  readonly first: number;
  readonly bytes: 0 | 1 | 2 | 4;
  /** The largest length that this encoding can hold. */
  readonly most: number;
}

const strings: readonly LengthField[] = [
  { first: 0xa0, bytes: 0, most: 31 },
  { first: 0xd9, bytes: 1, most: 0xff },
  { first: 0xda, bytes: 2, most: 0xffff },
  { first: 0xdb, bytes: 4, most: 0xffff_ffff },
];
const binaries = [0xc4, 0xc5, 0xc6].map((first, index) => sized(first, index));
const extensions = [0xc7, 0xc8, 0xc9].map((first, index) => sized(first, index));
const arrays: readonly LengthField[] = [{ first: 0x90, bytes: 0, most: 15 }, sized(0xdc, 1), sized(0xdd, 2)];
const maps: readonly LengthField[] = [{ first: 0x80, bytes: 0, most: 15 }, sized(0xde, 1), sized(0xdf, 2)];

function sized(first: number, index: number): LengthField {
  const bytes = ([1, 2, 4] as const)[index] as 1 | 2 | 4;
  return { first, bytes, most: 2 ** (8 * bytes) - 1 };
}

/**
 * Returns random bytes with the structure of MessagePack: any depth and any kind of value, extensions included. `lies` is
 * the percentage of wrong lengths.
 */
export function randomHeader(random: Random, lies: number, depth = 0): Buffer {
  const kind = random.below(depth > 6 ? 6 : 10);
  switch (kind) {
    case 0:
    case 1:
    case 2:
      return random.of(numbers);
    case 3:
      return withLength(random, strings, lies, random.below(20) ? random.of(texts) : random.of(badTexts));
    case 4:
      return withLength(random, binaries, lies, random.bytes(random.below(40)));
    case 5:
      return randomExtension(random, lies);
    case 6:
      return chain(random);
    default:
      return container(random, lies, depth);
  }
}

function container(random: Random, lies: number, depth: number): Buffer {
  const count = random.below(random.below(10) ? 4 : 40);
  const isMap = random.below(2) === 0;
  const parts: Buffer[] = [];
  for (let index = 0; index < count; index++) {
    if (isMap) parts.push(randomKey(random, lies));
    parts.push(randomHeader(random, lies, depth + 1));
  }
  return withLength(random, isMap ? maps : arrays, lies, Buffer.concat(parts), count);
}

function randomKey(random: Random, lies: number): Buffer {
  if (random.below(50) === 0) return randomHeader(random, lies, 9);
  return withLength(random, strings, lies, Buffer.from(random.of(keys)));
}

function randomExtension(random: Random, lies: number): Buffer {
  const type = Buffer.of(random.of(extensionTypes));
  const fixed = random.below(5);
  if (random.below(2)) return Buffer.concat([Buffer.of(0xd4 + fixed), type, random.bytes(2 ** fixed)]);
  const data = random.bytes(random.of([0, 1, 4, 8, 12, 12, 30]));
  return withLength(random, extensions, lies, Buffer.concat([type, data]), data.length);
}

/** Arrays or maps nested deeper than a valid header allows. */
function chain(random: Random): Buffer {
  const link = Buffer.from(random.of(["91", "81a161", "dc0001", "ddffffffff", "92c0"]), "hex");
  return Buffer.concat([...new Array(random.below(300)).fill(link), Buffer.of(0xc0)]);
}

/** Returns the content with its length in front. The length has a random width, which may be too small. */
function withLength(
  random: Random,
  fields: readonly LengthField[],
  lies: number,
  content: Buffer,
  length: number = content.length,
): Buffer {
  const isLie = random.below(100) < lies;
  const told = isLie
    ? random.of([0, length + 1, length - 1, 0xff, 0xffff, 0x7fff_ffff, 0xffff_ffff])
    : length;
  const field = random.of(fields.filter(({ most }) => isLie || most >= told));
  const head = Buffer.alloc(1 + field.bytes);
  const masked = told & field.most;
  head[0] = field.bytes === 0 ? field.first | masked : field.first;
  if (field.bytes > 0) head.writeUIntBE(masked >>> 0, 1, field.bytes);
  return Buffer.concat([head, content]);
}
