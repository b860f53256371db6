import { describe, expect, test } from "vitest";
import { frameKind, prefixBytes } from "../../src/wire/frame.ts";
import { SlabWriter, writePrefix } from "../../src/wire/slab-writer.ts";
import { frameBytes, headerBytesOf } from "../support/raw-peer.ts";

function prefix(...args: readonly [kind: 0 | 1 | 2 | 3 | 4, header: number, payload: number | undefined]) {
  const bytes = Buffer.alloc(prefixBytes + 1, 0xff);
  writePrefix(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 1, ...args);
  return bytes.toString("hex", 1);
}

/** Writes a message with this header and a payload of these parts. */
function write(
  writer: SlabWriter,
  header: unknown,
  parts: Uint8Array[] | undefined,
  chunks: Uint8Array[],
): boolean {
  const bytes = headerBytesOf(header);
  const payloadLength = parts?.reduce((sum, { length }) => sum + length, 0) ?? 0;
  return writer.write(
    frameKind.message,
    { bytes, start: 0, end: bytes.length },
    parts,
    payloadLength,
    chunks,
  );
}

describe("SlabWriter", () => {
  test("writes the 16 bytes of a prefix as PROTOCOL.md specifies", () => {
    expect(prefix(frameKind.hello, 0x0102, undefined)).toBe("49504301000000000201000000000000");
    expect(prefix(frameKind.message, 1, 0)).toBe("49504301020100000100000000000000");
    expect(prefix(frameKind.message, 0xffff_ffff, 0xffff_fffe)).toBe("4950430102010000fffffffffeffffff");
    expect(prefix(frameKind.alive, 0, undefined)).toBe("49504301030000000000000000000000");
  });

  test("joins the frames between two calls of cut() into one chunk", () => {
    const writer = new SlabWriter();
    const chunks: Uint8Array[] = [];
    for (const header of [1, "two", { three: 3 }]) write(writer, header, undefined, chunks);
    expect(chunks).toHaveLength(0);
    writer.cut(chunks);
    writer.cut(chunks);
    write(writer, 4, [Uint8Array.of(1), Uint8Array.of(2, 3)], chunks);
    writer.cut(chunks);
    expect(chunks.map((chunk) => Buffer.from(chunk).toString("hex"))).toEqual([
      Buffer.concat([1, "two", { three: 3 }].map((header) => frameBytes(frameKind.message, header))).toString(
        "hex",
      ),
      frameBytes(frameKind.message, 4, Uint8Array.of(1, 2, 3)).toString("hex"),
    ]);
  });

  test("copies payloads up to 16 KiB, and adds larger payloads as separate chunks", () => {
    const writer = new SlabWriter();
    const chunks: Uint8Array[] = [];
    const [small, large] = [new Uint8Array(16_384), new Uint8Array(16_385)];
    expect(write(writer, 1, [small], chunks)).toBe(false);
    expect(chunks).toHaveLength(0);
    expect(write(writer, 2, [large, small], chunks)).toBe(true);
    expect(chunks.slice(1)).toEqual([large, small]);
    expect(chunks[1]).toBe(large);
  });

  test("keeps written frames of any size unchanged when a slab is full", () => {
    const writer = new SlabWriter();
    const chunks: Uint8Array[] = [];
    const headers = [60_000, 6_000, 65_536, 100_000, 1, 65_535, 1].map((length, mark) =>
      String(mark).repeat(length),
    );
    for (const header of headers) write(writer, header, undefined, chunks);
    writer.cut(chunks);
    const expected = Buffer.concat(headers.map((header) => frameBytes(frameKind.message, header)));
    expect(Buffer.compare(Buffer.concat(chunks), expected)).toBe(0);
  });
});
