import { BroadcastImageCodec, type ImageMetadata, type ImageSample } from "@broadcast-ipc/image-codec";
import { expect, test } from "vitest";
import { DeltaStream } from "../../src/video/delta-stream.ts";
import type { Delivery, DeltaBase } from "../../src/video/frame-request.ts";
import { renditionOf } from "../../src/video/look.ts";
import { SourceFrame } from "../../src/video/source-frame.ts";

const size = { codedWidth: 128, codedHeight: 96 };

/** A gradient in which one pixel differs from frame to frame. */
function image(number: number): ImageSample {
  const data = new Uint8Array(128 * 96 * 4).map((_, at) => (at * 7) & 255);
  data[number * 4_000] = number + 1;
  return { type: "image", format: "RGBA", ...size, data, timestamp: number };
}

/** A stream as without a JPEG engine. */
function open() {
  const rendition = renditionOf({ encoding: "delta", scale: 1 }, size, "raw");
  let encodes = 0;
  const codec = new BroadcastImageCodec({ encoding: "delta", deltaRegions: "lossless" });
  const stream = new DeltaStream(rendition, () => encodes++, codec);
  const plain = new BroadcastImageCodec();
  const frame = (number: number) => new SourceFrame(number, image(number), plain, () => {});
  return { stream, frame, encodes: () => encodes };
}

async function decode(codec: BroadcastImageCodec, { encoded }: Delivery): Promise<Uint8Array> {
  return (await codec.decode(encoded.data, encoded.metadata as ImageMetadata)).data;
}

test("encodes without loss if there is no JPEG engine, key frames for late viewers included", async () => {
  const { stream, frame, encodes } = open();
  const [first, late] = [new BroadcastImageCodec(), new BroadcastImageCodec()];
  let base: DeltaBase | undefined;
  for (const number of [1, 2, 3]) {
    await stream.advance(frame(number), [base]);
    const delivery = await stream.deliver(base);
    base = delivery.base;
    expect(await decode(first, delivery)).toEqual(image(number).data);
  }
  const [key, same] = await Promise.all([
    stream.deliver(undefined),
    stream.deliver({ stream: {}, number: 1 }),
  ]);
  expect(key).toBe(same);
  expect(await decode(late, key)).toEqual(image(3).data);
  await stream.advance(frame(4), [base, key.base]);
  const next = await stream.deliver(key.base);
  expect(next).toBe(await stream.deliver(base));
  expect(await decode(late, next)).toEqual(image(4).data);
  expect(encodes()).toBe(4);
});

test("sends nothing but metadata to a viewer that has the last frame", async () => {
  const { stream, frame } = open();
  await stream.advance(frame(1), []);
  const { base } = await stream.deliver(undefined);
  await stream.advance(frame(2), [base]);
  const last = await stream.deliver(base);
  const again = await stream.deliver(last.base);
  expect(again.encoded.data).toHaveLength(0);
  expect(again.encoded.metadata).toMatchObject({ delta: { base: last.base?.number, regions: [] } });
});
