import { expect, test } from "vitest";
import { frameKind, prefixBytes } from "../src/frame.ts";
import { FramePrefix, writePrefix } from "../src/frame-prefix.ts";

function prefix(...args: readonly [kind: 0 | 1 | 2 | 3 | 4, header: number, payload: number | undefined]) {
  const bytes = Buffer.alloc(prefixBytes + 1, 0xff);
  writePrefix(bytes, 1, ...args);
  return bytes.toString("hex", 1);
}

test("a prefix is the documented 16 bytes", () => {
  expect(prefix(frameKind.hello, 0x0102, undefined)).toBe("49504301000000000201000000000000");
  expect(prefix(frameKind.message, 1, 0)).toBe("49504301020100000100000000000000");
  expect(prefix(frameKind.message, 0xffff_ffff, 0xffff_fffe)).toBe("4950430102010000fffffffffeffffff");
  expect(prefix(frameKind.alive, 0, undefined)).toBe("49504301030000000000000000000000");
});

test("what was written is read again, up to the largest lengths", () => {
  const bytes = Buffer.alloc(prefixBytes + 1);
  writePrefix(bytes, 1, frameKind.message, 0xffff_fffe, 0xffff_ffff);
  const prefix = new FramePrefix();
  prefix.read(bytes, 1, { maxHeaderBytes: 0xffff_ffff, maxPayloadBytes: 0xffff_ffff }, 0);
  expect(prefix).toMatchObject({
    kind: 2,
    hasPayload: true,
    headerLength: 0xffff_fffe,
    payloadLength: 0xffff_ffff,
  });
});
