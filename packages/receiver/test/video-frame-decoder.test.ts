import { BroadcastImageCodec } from "@broadcast-ipc/image-codec";
import { describe, expect, it } from "vitest";
import { VideoFrameDecoder } from "../src/video-frame-decoder.ts";
import { videoFrame } from "./fixtures/samples.ts";

/** A message that counts how often it is disposed. */
function messageOf(payload: Uint8Array | undefined) {
  const message = { payload, disposals: 0, [Symbol.dispose]: () => void message.disposals++ };
  return message;
}

const { data, type, ...metadata } = videoFrame(5);
const defaults = { decode: true, format: undefined };

describe("VideoFrameDecoder", () => {
  it("keeps the memory of a raw frame, because the sample uses it", async () => {
    const message = messageOf(data);
    const decoder = new VideoFrameDecoder(defaults);
    const { sample, memory } = await decoder.decode(metadata, message);
    expect(sample.data).toBe(data);
    expect(memory).toBe(message);
    expect([message.disposals, decoder.times]).toEqual([0, undefined]);
  });

  it("keeps the memory of a compressed frame with `decode: false`", async () => {
    const message = messageOf(Uint8Array.of(255, 216, 255));
    const jpeg = { encoding: "jpeg", codedWidth: 4, codedHeight: 4, timestamp: 0 };
    const { sample, memory } = await new VideoFrameDecoder({ ...defaults, decode: false }).decode(
      jpeg,
      message,
    );
    expect(sample).toEqual({ type: "image", ...jpeg, data: message.payload });
    expect([memory, message.disposals]).toEqual([message, 0]);
  });

  it.each([
    ["decoded", defaults, "jpeg"],
    ["converted", { decode: false, format: "RGB" }, "raw"],
  ] as const)("releases the memory of a message at once if its frame is %s", async (_, options, encoding) => {
    const encoded = await new BroadcastImageCodec({ encoding }).encode(videoFrame(5));
    const message = messageOf(encoded.data);
    const decoder = new VideoFrameDecoder(options);
    const { sample, memory } = await decoder.decode(encoded.metadata, message);
    expect(sample.data.buffer).not.toBe(encoded.data.buffer);
    expect(memory).not.toBe(message);
    expect(message.disposals).toBe(1);
    expect(decoder.times?.max).toBeGreaterThan(0);
  });

  it.each(["jpeg", "delta"] as const)(
    "reuses the memory of disposed samples that were decoded from %s",
    async (encoding) => {
      const size = { codedWidth: 256, codedHeight: 256 };
      const codec = new BroadcastImageCodec({ encoding });
      const decoder = new VideoFrameDecoder({ decode: true, format: "BGRA" });
      const next = async (shade: number) => {
        const data = new Uint8Array(256 * 256 * 4).fill(shade);
        const encoded = await codec.encode({ ...videoFrame(5), ...size, data });
        return decoder.decode(encoded.metadata, messageOf(encoded.data));
      };

      const first = await next(10);
      const held = await next(20);
      first.memory[Symbol.dispose]();
      expect(first.sample.data).toHaveLength(0);
      const third = await next(30);
      first.memory[Symbol.dispose]();
      expect([held, third].map(({ sample }) => sample.data[0])).toEqual([20, 30]);
      held.memory[Symbol.dispose]();
      expect([held.sample.data.length, third.sample.data.length]).toEqual([0, 256 * 256 * 4]);
    },
  );

  it.each([
    ["no metadata", undefined, data],
    ["too few bytes", metadata, data.subarray(1)],
  ])("releases the memory of an invalid frame at once: %s", async (_, metadata, payload) => {
    const message = messageOf(payload);
    const decoder = new VideoFrameDecoder(defaults);
    await expect(decoder.decode(metadata, message)).rejects.toMatchObject({ name: "ImageCodecError" });
    expect([message.disposals, decoder.times]).toEqual([1, undefined]);
  });
});
