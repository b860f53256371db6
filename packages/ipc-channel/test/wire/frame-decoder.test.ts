import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { frameKind, maxLength, type ReceivedFrame, wireVersion } from "../../src/wire/frame.ts";
import { FrameDecoder } from "../../src/wire/frame-decoder.ts";
import { type PayloadMemory, PayloadPool } from "../../src/wire/payload-pool.ts";
import { codeOf, cut, decode, feed, feedFromScratch, feedInPlace } from "../support/decode.ts";
import { frameBytes, prefixOf } from "../support/raw-peer.ts";

const limits = { maxHeaderBytes: 65536, maxPayloadBytes: 1 << 20 };

const stream = Buffer.concat([
  frameBytes(frameKind.hello, { nonce: Buffer.alloc(16) }),
  frameBytes(frameKind.message, { a: 1 }),
  frameBytes(frameKind.message, null, new Uint8Array(0)),
  frameBytes(frameKind.message, "text", Uint8Array.of(1, 2, 3)),
  Buffer.from("49504301030000000000000000000000", "hex"),
  frameBytes(frameKind.message, { long: "x".repeat(300) }, new Uint8Array(300).fill(9)),
  frameBytes(frameKind.goodbye, { code: "closed" }),
]);

const ways = [feed, feedInPlace, feedFromScratch];

const whole = decode([stream]);

describe("FrameDecoder", () => {
  test("decodes a stream in one piece to its frames", () => {
    expect(whole.map(({ kind }) => kind)).toEqual([0, 2, 2, 2, 3, 2, 4]);
    expect(whole[1]).toMatchObject({ header: { a: 1 }, payload: undefined });
    expect(whole[2]?.payload).toEqual(new Uint8Array(0));
    expect(whole[3]).toMatchObject({ header: "text", payload: Uint8Array.of(1, 2, 3), bytes: 16 + 5 + 3 });
    expect(whole[4]).toMatchObject({ header: undefined, payload: undefined });
  });

  test("decodes a stream that is cut at any one place to the same frames, in each way of passing chunks", () => {
    for (const way of ways)
      for (let place = 0; place <= stream.length; place++)
        expect(decode(cut(stream, [place]), way)).toEqual(whole);
  });

  test("decodes a stream in single bytes to the same frames, in each way of passing chunks", () => {
    const places = stream.map((_, index) => index);
    for (const way of ways) expect(decode(cut(stream, [...places.keys()]), way)).toEqual(whole);
  });

  test("decodes random frames that are cut at random places, in each way of passing chunks", () => {
    const message = fc.record({
      header: fc.jsonValue({ maxDepth: 3 }).filter((value) => !JSON.stringify(value).includes("__proto__")),
      payload: fc.option(fc.uint8Array({ maxLength: 2000 }), { nil: undefined }),
    });
    const places = fc.array(fc.nat(5000), { maxLength: 30 });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 8 }), places, (messages, wanted) => {
        const bytes = Buffer.concat(
          messages.map(({ header, payload }) => frameBytes(frameKind.message, header, payload)),
        );
        const chunks = cut(
          bytes,
          wanted.map((place) => Math.min(place, bytes.length)),
        );
        const frames = decode(chunks);
        expect(frames.map(({ payload }) => payload)).toEqual(messages.map(({ payload }) => payload));
        for (const way of ways) expect(decode(chunks, way)).toEqual(frames);
        expect(decode([bytes])).toEqual(frames);
      }),
      { numRuns: 300 },
    );
  });

  test("returns a payload that fills its ArrayBuffer exactly", () => {
    for (const length of [0, 1, 1024, 1025, 70_000]) {
      const [frame] = decode(cut(frameBytes(frameKind.message, {}, new Uint8Array(length)), [10, 20]));
      expect(frame?.payload?.byteOffset).toBe(0);
      expect(frame?.payload?.buffer.byteLength).toBe(length);
      expect(frame?.payload?.constructor).toBe(Uint8Array);
    }
  });

  test("decodes any header bytes or throws ERR_IPC_CORRUPT_MESSAGE, and later decoders return correct frames", () => {
    const check = frameBytes(frameKind.message, [64, 65, 127, { a: 1 }]);
    const good = decode([check]);
    const ext = fc
      .tuple(fc.constantFrom(0xd4, 0xd5, 0xd6, 0xc7), fc.uint8Array({ minLength: 2, maxLength: 40 }))
      .map(([first, rest]) => Uint8Array.of(first, ...rest));
    const header = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 60 }),
      ext,
      ext.map((bytes) => Uint8Array.of(0xd4, 0x72, ...bytes)),
    );
    fc.assert(
      fc.property(header, (bytes) => {
        const prefix = Buffer.from("49504301020000000000000000000000", "hex");
        prefix.writeUInt32LE(bytes.length, 8);
        expect(["none", "ERR_IPC_CORRUPT_MESSAGE"]).toContain(codeOf(() => decode([prefix, bytes])));
        expect(decode([check])).toEqual(good);
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    ["no magic", "47455420202048545450202020202020", "ERR_IPC_CORRUPT_MESSAGE"],
    ["another version", "49504302000000000000000000000000", "ERR_IPC_VERSION"],
    ["an unknown kind", "49504301050000000100000000000000", "ERR_IPC_CORRUPT_MESSAGE"],
    ["an unknown flag", "49504301020200000100000000000000", "ERR_IPC_CORRUPT_MESSAGE"],
    ["reserved bytes that are not 0", "49504301020000010100000000000000", "ERR_IPC_CORRUPT_MESSAGE"],
    ["a message without a header", "49504301020000000000000000000000", "ERR_IPC_CORRUPT_MESSAGE"],
    ["a payload that no flag announces", "49504301020000000100000001000000c0", "ERR_IPC_CORRUPT_MESSAGE"],
    ["a hello with a payload", "49504301000100000100000001000000c0", "ERR_IPC_CORRUPT_MESSAGE"],
    ["a header over the limit", "49504301020000000100010000000000", "ERR_IPC_MESSAGE_TOO_LARGE"],
    ["a payload over the limit", "49504301020100000100000001001000", "ERR_IPC_MESSAGE_TOO_LARGE"],
    ["a hello of over 1,024 bytes", "49504301000000000104000000000000", "ERR_IPC_MESSAGE_TOO_LARGE"],
    ["the byte that MessagePack never uses", "49504301020000000100000000000000c1", "ERR_IPC_CORRUPT_MESSAGE"],
    ["a header longer than its value", "49504301020000000200000000000000c0c0", "ERR_IPC_CORRUPT_MESSAGE"],
    ["a header shorter than its value", "4950430102000000010000000000000092c0", "ERR_IPC_CORRUPT_MESSAGE"],
  ])("rejects %s", (_, hex, code) => {
    expect(codeOf(() => decode([Buffer.from(hex, "hex")]))).toBe(code);
  });

  test("rejects another protocol and another version after four bytes, in one chunk or several", () => {
    for (const [hex, code] of [
      ["47455420", "ERR_IPC_CORRUPT_MESSAGE"],
      ["49504302", "ERR_IPC_VERSION"],
      ["4950430200", "ERR_IPC_VERSION"],
      ["49504300000000000000", "ERR_IPC_VERSION"],
    ] as const) {
      const bytes = Buffer.from(hex, "hex");
      for (let at = 0; at < 4; at++) {
        const decoder = new FrameDecoder(limits);
        decoder.push(frameBytes(frameKind.message, 1));
        expect(decoder.read()?.header).toBe(1);
        decoder.push(bytes.subarray(0, at));
        expect(decoder.read()).toBeUndefined();
        decoder.push(bytes.subarray(at));
        expect(codeOf(() => decoder.read())).toBe(code);
      }
    }
  });

  test("rejects a prefix with several faults with the code of the first fault in PROTOCOL.md's order", () => {
    for (const [hex, code] of [
      ["58504302ff02010000000000ffffffff", "ERR_IPC_CORRUPT_MESSAGE"],
      ["49504302ff02010000000000ffffffff", "ERR_IPC_VERSION"],
      ["49504301ff01000000000000ffffffff", "ERR_IPC_CORRUPT_MESSAGE"],
      ["495043010001000000ffffffffffffff", "ERR_IPC_CORRUPT_MESSAGE"],
      ["495043010201000000000000ffffffff", "ERR_IPC_MESSAGE_TOO_LARGE"],
    ] as const) {
      expect(codeOf(() => decode([Buffer.from(hex, "hex")]))).toBe(code);
    }
  });

  test("throws ERR_IPC_TRUNCATED_MESSAGE at an end() inside a prefix, a header or a payload, but not between frames", () => {
    const bytes = frameBytes(frameKind.message, { a: 1 }, Uint8Array.of(1, 2, 3));
    for (let length = 1; length < bytes.length; length++) {
      expect(codeOf(() => decode([bytes.subarray(0, length)]))).toBe("ERR_IPC_TRUNCATED_MESSAGE");
    }
    expect(decode([])).toEqual([]);
    expect(decode([bytes])).toHaveLength(1);
  });

  test("reads the largest payload length", () => {
    const lengths: number[] = [];
    const take = (length: number) => {
      lengths.push(length);
      return new Uint8Array(1);
    };
    const decoder = new FrameDecoder(
      { maxHeaderBytes: 1, maxPayloadBytes: maxLength },
      { take, giveBack() {} },
    );
    decoder.push(Buffer.concat([prefixOf(frameKind.message, 1, maxLength), Buffer.of(0)]));
    expect(decoder.read()).toBeUndefined();
    expect(lengths).toEqual([maxLength]);
  });

  test("reads header lengths up to the largest length", () => {
    for (const length of [0x80, 0x8000, 0x80_0000, 0x8000_0000, maxLength]) {
      const decoder = new FrameDecoder({ maxHeaderBytes: length - 1, maxPayloadBytes: 0 });
      decoder.push(prefixOf(frameKind.message, length));
      expect(() => decoder.read()).toThrow(String(length));
    }
  });

  const large = 1 << 20;

  /** Returns a decoded message with this payload. */
  function received(payload: Uint8Array | undefined, memory?: PayloadMemory): ReceivedFrame {
    const decoder = new FrameDecoder({ maxHeaderBytes: 10, maxPayloadBytes: maxLength }, memory);
    decoder.push(frameBytes(frameKind.message, "header", payload));
    const frame = decoder.read();
    if (!frame) throw new Error("the frame is incomplete");
    return frame;
  }

  test("empties the payload of a disposed frame, and returns the memory to the pool", () => {
    const pool = new PayloadPool();
    const disposed = received(new Uint8Array(large).fill(5), pool);
    disposed[Symbol.dispose]();
    expect(disposed.payload).toHaveLength(0);
    expect([disposed.header, disposed.bytes]).toEqual(["header", 16 + 7 + large]);
    expect(pool.take(large)[0]).toBe(5);
  });

  test("ignores a second dispose of a frame with a missing, empty, small, large or transferred payload", () => {
    const payloads = [
      undefined,
      new Uint8Array(0),
      Uint8Array.of(1),
      new Uint8Array(large),
      new Uint8Array(large).fill(6),
    ];
    const messages = payloads.map((payload) => received(payload, new PayloadPool()));
    const moved = messages.at(-1)?.payload as Uint8Array<ArrayBuffer>;
    const elsewhere = structuredClone(moved, { transfer: [moved.buffer] });
    for (let round = 0; round < 2; round++) for (const each of messages) each[Symbol.dispose]();
    expect(messages.map(({ payload }) => payload?.length)).toEqual([undefined, 0, 1, 0, 0]);
    expect(elsewhere.at(-1)).toBe(6);
  });

  test("keeps an undisposed payload unchanged when later payloads arrive", () => {
    const pool = new PayloadPool();
    const kept = received(new Uint8Array(large).fill(1), pool);
    const disposed = received(new Uint8Array(large).fill(2), pool);
    disposed[Symbol.dispose]();
    received(new Uint8Array(large).fill(3), pool);
    received(new Uint8Array(large).fill(4), pool);
    expect(kept.payload?.every((byte) => byte === 1)).toBe(true);
  });

  test("allocates nothing for a length over the limits", () => {
    const before = process.memoryUsage().arrayBuffers;
    for (const hex of ["49504301020100000100000000ffffff", "495043010201000000ffffff00000000"]) {
      const decoder = new FrameDecoder({ maxHeaderBytes: 65536, maxPayloadBytes: 0xff_00_00 });
      decoder.push(Buffer.from(hex, "hex"));
      expect(codeOf(() => decoder.read())).toBe("ERR_IPC_MESSAGE_TOO_LARGE");
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20);
  });

  test("allocates nothing for arrays, maps and strings that announce more bytes than the header has", () => {
    const before = process.memoryUsage();
    for (const hex of ["dd01ffffff", "dfffffffff", "dbffffffff", "c6ffffffff", "c9ffffffff01"]) {
      const prefix = Buffer.from("49504301020000000500000000000000", "hex");
      prefix.writeUInt32LE(hex.length / 2, 8);
      expect(codeOf(() => decode([prefix, Buffer.from(hex, "hex")]))).toBe("ERR_IPC_CORRUPT_MESSAGE");
    }
    expect(process.memoryUsage().rss - before.rss).toBeLessThan(64 << 20);
  });

  test("rejects with ERR_IPC_RESOURCES and the cause if the payload's memory cannot be allocated", () => {
    const cause = new RangeError("Array buffer allocation failed");
    const take = () => {
      throw cause;
    };
    const decoder = new FrameDecoder(limits, { take, giveBack() {} });
    decoder.push(frameBytes(frameKind.message, 1, Uint8Array.of(1)));
    expect(() => decoder.read()).toThrow(expect.objectContaining({ code: "ERR_IPC_RESOURCES", cause }));
  });

  test("throws the same error on every later call", () => {
    const decoder = new FrameDecoder(limits);
    decoder.push(Buffer.alloc(16));
    expect(codeOf(() => decoder.read())).toBe("ERR_IPC_CORRUPT_MESSAGE");
    decoder.push(stream);
    expect(codeOf(() => decoder.read())).toBe("ERR_IPC_CORRUPT_MESSAGE");
    expect(codeOf(() => decoder.end())).toBe("ERR_IPC_CORRUPT_MESSAGE");
  });

  test("applies new limits from the next frame on", () => {
    const decoder = new FrameDecoder({ maxHeaderBytes: 1, maxPayloadBytes: 0 });
    const bytes = frameBytes(frameKind.message, { a: 1 }, Uint8Array.of(1));
    decoder.push(Buffer.concat([frameBytes(frameKind.goodbye, { code: "closed" }), bytes]));
    expect(decoder.read()?.kind).toBe(frameKind.goodbye);
    decoder.limits = { maxHeaderBytes: maxLength, maxPayloadBytes: maxLength };
    expect(decoder.read()?.header).toEqual({ a: 1 });
    expect(wireVersion).toBe(1);
  });
});
