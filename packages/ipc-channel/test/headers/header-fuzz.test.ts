import { setImmediate } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { Random } from "../../../../tests/support/random.ts";
import { IPCChannelError } from "../../src/errors/ipc-channel-error.ts";
import { readHeader } from "../../src/headers/header-reader.ts";
import { mutate, recording } from "../support/mutate.ts";
import { randomHeader } from "../support/random-header.ts";
import { headerBytesOf } from "../support/raw-peer.ts";

// FUZZ_HEADERS is the number of headers, and FUZZ_SEED is the seed of the first header. A failure names the seed of its header.
const headers = Number(process.env.FUZZ_HEADERS ?? 50_000);
const firstSeed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Maximum CPU time to decode a header of up to 64 KiB, in ms. About 2 ms is usual. */
const maxCpu = 500;
/** Maximum memory of a decoded header, in bytes per byte of the encoded header. */
const maxBytesForByte = 128;

const secret = Buffer.from("SECRET-OF-ANOTHER-PEER".repeat(20));

/** A random header: valid, with wrong lengths, or with changed bytes. */
function faulty(random: Random): Buffer {
  const header = randomHeader(random, random.of([0, 0, 2, 20]));
  if (random.below(3)) return header;
  const other = recording([randomHeader(random, 0)]);
  return mutate(recording([header]), [other], random);
}

/** Decodes the header, with bytes on both sides that do not belong to it. */
function decode(header: Buffer): { readonly value?: unknown; readonly code?: string } {
  const bytes = Buffer.concat([secret, header, secret]);
  try {
    return { value: readHeader(bytes, secret.length, secret.length + header.length) };
  } catch (error) {
    if (!(error instanceof IPCChannelError)) throw error;
    expect(error.message).not.toContain("SECRET");
    return { code: error.code };
  }
}

/** Counts a value and all values inside it. Throws if there are more values than `limit`, the length of the header, because each value takes at least one byte. */
function countValues(value: unknown, limit: number): number {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return 1;
  let count = 1;
  for (const item of Object.values(value)) {
    count += countValues(item, limit - count);
    if (count > limit) throw new Error("there are more values than bytes");
  }
  return count;
}

function holdsSecret(value: unknown): boolean {
  if (typeof value === "string") return value.includes("SECRET");
  if (value instanceof Uint8Array) return Buffer.from(value).includes("SECRET");
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, item]) => key.includes("SECRET") || holdsSecret(item));
}

function check(random: Random): string {
  const header = faulty(random);
  const before = process.cpuUsage();
  const { value, code } = decode(header);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(maxCpu);
  if (code !== undefined) {
    expect(code).toBe("ERR_IPC_CORRUPT_MESSAGE");
    return code;
  }
  countValues(value, header.length);
  expect(holdsSecret(value)).toBe(false);
  // A decoded value can be encoded, and then decodes to the same value.
  const again = decode(headerBytesOf(value));
  if (!isDeepStrictEqual(again.value, value)) expect(again.value).toEqual(value);
  return "decoded";
}

describe("readHeader", () => {
  test(
    "decodes or refuses any header within the time and memory limits, and reads no byte outside the header",
    async () => {
      const outcomes = new Map<string, number>();
      for (let number = 0; number < headers; number++) {
        const seed = firstSeed + number;
        try {
          const outcome = check(new Random(seed));
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        } catch (cause) {
          const again = `FUZZ_SEED=${seed} FUZZ_HEADERS=1 npx vitest run --project ipc-channel header-fuzz`;
          throw new Error(`the header of this seed fails; reproduce with: ${again}`, { cause });
        }
        if (number % 1000 === 0) await setImmediate();
      }
      // Both outcomes, decoded and refused, must be frequent.
      if (headers >= 1000) for (const count of outcomes.values()) expect(count).toBeGreaterThan(headers / 20);
    },
    60_000 + headers,
  );

  setFlagsFromString("--expose-gc");
  const collectGarbage: () => void = runInNewContext("gc");

  /** Returns the memory of `make`'s result in bytes, and the CPU time of the call in ms. */
  function costOf(make: () => unknown): { readonly memory: number; readonly cpu: number } {
    collectGarbage();
    const used = () => process.memoryUsage().heapUsed + process.memoryUsage().external;
    const before = used();
    const start = process.cpuUsage();
    const value = make();
    const { user, system } = process.cpuUsage(start);
    const memory = used() - before;
    expect(value).toBeDefined();
    return { memory, cpu: (user + system) / 1000 };
  }

  /** A header of about 64 KiB: one array of the values that `hex` returns. */
  function arrayOf(hex: (index: number) => string): Buffer {
    const values: Buffer[] = [];
    for (let length = 5; length < 65_000; length += values.at(-1)?.length ?? 0) {
      values.push(Buffer.from(hex(values.length), "hex"));
    }
    const head = Buffer.alloc(5, 0xdd);
    head.writeUInt32BE(values.length, 1);
    return Buffer.concat([head, ...values]);
  }

  const text = (value: string) => Buffer.from(value).toString("hex");
  const fourDigits = (value: number) => text(String(value % 10_000).padStart(4, "0"));

  test.each<[string, Buffer]>([
    ["empty arrays", arrayOf(() => "90")],
    ["empty maps", arrayOf(() => "80")],
    ["empty binary values", arrayOf(() => "c400")],
    ["binary values of a byte", arrayOf(() => "c40101")],
    ["binary values of 100 bytes", arrayOf(() => `c464${"00".repeat(100)}`)],
    ["bigints", arrayOf(() => "cfffffffffffffffff")],
    ["floats", arrayOf(() => "cb3ff8000000000000")],
    ["timestamps", arrayOf(() => "d6ff00000001")],
    ["short strings, all different", arrayOf((index) => `a4${fourDigits(index)}`)],
    ["strings that are not ASCII", arrayOf(() => `a2${text("ä")}`)],
    ["maps with one key, always the same", arrayOf(() => "81a161c0")],
    ["maps with one key, all different", arrayOf((index) => `81a5${text("k")}${fourDigits(index)}c0`)],
    ["maps with one key that is an index", arrayOf(() => `81a4${text("1023")}c0`)],
    [
      "maps with one key that is an index, all different",
      arrayOf((index) => `81a4${fourDigits(index + 1000)}c0`),
    ],
    [
      "maps with three keys that are indices",
      arrayOf(() => `83a131c0a4${text("1023")}c0a4${text("4000")}c0`),
    ],
    ["arrays inside each other", arrayOf(() => `${"91".repeat(120)}c0`)],
    [
      "arrays that announce more values than there are bytes",
      arrayOf((index) => `dc${(60_000 - index * 3).toString(16).padStart(4, "0")}`),
    ],
  ])("decodes 64 KiB of %s in bounded memory and time", (_, header) => {
    const { memory, cpu } = costOf(() => decode(header));
    expect(memory / header.length).toBeLessThan(maxBytesForByte);
    expect(cpu).toBeLessThan(maxCpu);
  });
});
