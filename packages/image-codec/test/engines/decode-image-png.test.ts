import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { withoutText } from "../../src/engines/decode-image.ts";
import { BroadcastImageCodec } from "../../src/index.ts";
import { type PngFields, peakGrowth, pngChunk, pngOf } from "../fixtures/hostile.ts";

const megabytes = 1024 * 1024;
const size = { width: 80, height: 32 };
const rows = Buffer.alloc(32 * (1 + 80 * 3));

describe("withoutText", () => {
  const other = pngChunk("tEXt", Buffer.from("Author\0somebody"));
  const texts = ["zTXt", "iTXt"].map((type) => pngChunk(type, Buffer.from("any")));

  it("removes only the chunks of compressed text, at any position", () => {
    const plain = pngOf({ ...size, chunks: [other] });
    const texted = pngOf({ ...size, chunks: [...texts, other, ...texts] });
    expect(Buffer.compare(withoutText(texted), plain)).toBe(0);
    const end = plain.subarray(-12);
    const late = Buffer.concat([plain.subarray(0, -12), ...texts, end, ...texts]);
    expect(Buffer.compare(withoutText(late), plain)).toBe(0);
  });

  it("returns the same object if there is no compressed text", () => {
    const plain = pngOf({ ...size, chunks: [other] });
    expect(withoutText(plain)).toBe(plain);
  });

  it("never reads beyond the end of the data", () => {
    const [text] = texts;
    const endless = Buffer.concat([pngOf(size).subarray(0, 33), text ?? Buffer.alloc(0)]);
    endless.writeUInt32BE(0xffff_ffff, 33);
    expect(withoutText(endless)).toHaveLength(33);
    for (let length = 0; length < endless.length; length++) {
      expect(withoutText(endless.subarray(0, length)).length).toBeLessThanOrEqual(length);
    }
  });
});

describe("decodeImage", () => {
  const codec = new BroadcastImageCodec();
  const letters = deflateSync(Buffer.alloc(7_900_000, "A"));
  const text = (head: string) => Buffer.concat([Buffer.from(head, "latin1"), letters]);
  const bombs: readonly (readonly [title: string, PngFields])[] = [
    ["200 large texts", { ...size, rows, chunks: Array(200).fill(pngChunk("zTXt", text("a\0\0"))) }],
    [
      "200 large international texts",
      { ...size, rows, chunks: Array(200).fill(pngChunk("iTXt", text("a\0\x01\0\0\0"))) },
    ],
    [
      "a large colour profile",
      {
        ...size,
        rows,
        chunks: [
          pngChunk("iCCP", Buffer.concat([Buffer.from("a\0\0"), deflateSync(Buffer.alloc(300 * megabytes))])),
        ],
      },
    ],
    ["more rows than its header claims", { ...size, rows: Buffer.alloc(300 * megabytes) }],
  ];

  it.each(bombs)("decodes a PNG with %s in less than 64 MB of additional memory", async (_, fields) => {
    const bomb = pngOf(fields);
    const metadata = { encoding: "png", codedWidth: 80, codedHeight: 32, timestamp: 0 } as const;
    const growth = await peakGrowth(async () => {
      const decoded = await codec.decode(bomb, metadata);
      expect(decoded.data.byteLength).toBe(80 * 32 * 4);
      await codec.encode({ ...metadata, type: "image", data: bomb }, { maxWidth: 40 });
    });
    expect(growth).toBeLessThan(64 * megabytes);
  });
});
