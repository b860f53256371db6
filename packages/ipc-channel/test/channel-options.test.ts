import { expect, test } from "vitest";
import { channelSettings } from "../src/channel-options.ts";

test("the defaults are the documented ones", () => {
  expect(channelSettings({})).toEqual({
    signal: undefined,
    schema: undefined,
    token: undefined,
    maxHeaderBytes: 65_536,
    maxPayloadBytes: 67_108_864,
    handshakeTimeout: 5000,
    closeTimeout: 2000,
  });
});

test.each([
  { token: "fifteen bytes.." },
  { token: new Uint8Array(15) },
  { token: "" },
  { maxHeaderBytes: 0 },
  { maxHeaderBytes: 2 ** 32 },
  { maxPayloadBytes: -1 },
  { maxPayloadBytes: 1.5 },
  { maxPayloadBytes: Number.NaN },
  { handshakeTimeout: -1 },
  { handshakeTimeout: 2 ** 31 },
  { closeTimeout: Number.POSITIVE_INFINITY },
])("%o is out of range", (options) => {
  expect(() => channelSettings(options)).toThrow(RangeError);
});

test("a token counts in bytes, not in characters", () => {
  expect(channelSettings({ token: "ääääääää" }).token).toBe("ääääääää");
});
