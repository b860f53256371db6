import { BroadcastImageCodec, type ImageMetadata, type ImageSample } from "@broadcast-ipc/image-codec";
import { expect, test } from "vitest";
import type { Delivery, DeltaBase } from "../../src/video/frame-request.ts";
import { FrameShare } from "../../src/video/frame-share.ts";
import type { Look } from "../../src/video/look.ts";
import { jpeg } from "../support/open-view.ts";

const width = 256;
const height = 192;

/** A pattern, with a white square that moves from frame to frame. */
function image(frame: number): ImageSample {
  const data = new Uint8Array(width * height * 4).map((_, at) =>
    at % 4 === 3 ? 255 : 128 + ((at * at) % 29),
  );
  for (let row = 32; row < 48; row++) {
    const start = (row * width + (frame % 14) * 16) * 4;
    data.fill(255, start, start + 64);
  }
  return { type: "image", format: "RGBA", codedWidth: width, codedHeight: height, data, timestamp: frame };
}

/** A viewer that requests frames one by one and decodes them. */
class Requester {
  readonly #share: FrameShare;
  readonly #look: Look;
  readonly #codec = new BroadcastImageCodec();
  base: DeltaBase | undefined;
  after = 0;

  constructor(share: FrameShare, look: Partial<Look> = {}) {
    this.#share = share;
    this.#look = { encoding: "auto", scale: 1, ...look };
  }

  async next(): Promise<Delivery> {
    const delivery = await new Promise<Delivery>((resolve, reject) => {
      this.#share.request({
        look: this.#look,
        after: this.after,
        base: this.base,
        onFrame: resolve,
        onFailure: (_, error) => reject(error),
      });
    });
    this.base = delivery.base;
    return delivery;
  }

  async decode({ encoded }: Delivery): Promise<ImageSample> {
    const { fullWidth, fullHeight, ...metadata } = JSON.parse(`{${encoded.tail}`);
    return this.#codec.decode(encoded.data, metadata as ImageMetadata, { format: "RGBA" });
  }
}

function mostDifferent(one: Uint8Array, other: Uint8Array): number {
  return one.reduce((most, value, at) => Math.max(most, Math.abs(value - (other[at] ?? 0))), 0);
}

test("encodes a frame once for all viewers that want the same", async () => {
  const share = new FrameShare();
  share.publish(await jpeg(1));
  const viewers = Array.from({ length: 20 }, () => new Requester(share, { maxWidth: 32 }));
  const deliveries = await Promise.all(viewers.map((viewer) => viewer.next()));
  expect(new Set(deliveries.map(({ encoded }) => encoded.data)).size).toBe(1);
  expect(deliveries[0]?.encoded.metadata).toMatchObject({
    encoding: "jpeg",
    codedWidth: 32,
    codedHeight: 24,
  });
  expect(share.encodes).toBe(1);
});

test("passes a JPEG on without a copy and without a turn", async () => {
  const share = new FrameShare();
  const sample = await jpeg(1);
  share.publish(sample);
  const { encoded } = await new Requester(share).next();
  expect(encoded.data).toBe(sample.data);
  expect(share.encodes).toBe(0);
});

test("encodes each frame of a delta stream once, and viewers in step get the same bytes", async () => {
  const share = new FrameShare();
  const viewers = [new Requester(share), new Requester(share, { encoding: "delta" })];
  for (let frame = 0; frame < 5; frame++) {
    share.publish(image(frame));
    const [one, other] = await Promise.all(viewers.map((viewer) => viewer.next()));
    expect(one?.encoded.data).toBe(other?.encoded.data);
    expect("delta" in (one as Delivery).encoded.metadata).toBe(true);
    for (const [index, viewer] of viewers.entries()) {
      const decoded = await viewer.decode([one, other][index] as Delivery);
      expect(mostDifferent(decoded.data, image(frame).data)).toBeLessThan(60);
    }
  }
  expect(share.encodes).toBe(5);
});

test("gives a viewer that missed deltas one combined delta, which decodes", async () => {
  const share = new FrameShare();
  const [quick, slow] = [new Requester(share), new Requester(share)];
  for (let frame = 0; frame < 12; frame++) {
    share.publish(image(frame));
    await quick.next();
    if (frame % 4 > 0) continue;
    const delivery = await slow.next();
    const { metadata } = delivery.encoded;
    if (!("delta" in metadata)) throw new Error("the frame is no delta");
    expect(metadata.delta.base === undefined).toBe(frame === 0);
    const decoded = await slow.decode(delivery);
    expect(mostDifferent(decoded.data, image(frame).data)).toBeLessThan(60);
  }
  expect(share.encodes).toBe(12);
});

test("gives viewers that come later a shared key frame, from which they continue in step", async () => {
  const share = new FrameShare();
  const first = new Requester(share);
  for (let frame = 0; frame < 3; frame++) {
    share.publish(image(frame));
    await first.next();
  }
  const late = [new Requester(share), new Requester(share)];
  const keys = await Promise.all(late.map((viewer) => viewer.next()));
  expect(keys[0]?.encoded.data).toBe(keys[1]?.encoded.data);
  expect(keys[0]?.encoded.metadata).toMatchObject({ encoding: "delta", delta: { coding: "jpeg" } });
  for (const [index, viewer] of late.entries()) {
    const decoded = await viewer.decode(keys[index] as Delivery);
    expect(mostDifferent(decoded.data, image(2).data)).toBeLessThan(60);
  }
  share.publish(image(3));
  const [one, other] = await Promise.all([first.next(), late[0]?.next()]);
  expect(one?.encoded.data).toBe(other?.encoded.data);
  const decoded = await late[0]?.decode(other as Delivery);
  expect(mostDifferent(decoded?.data ?? new Uint8Array(), image(3).data)).toBeLessThan(60);
});

test("encodes the newest frame at each turn, and passed-on frames overtake encodings", async () => {
  const share = new FrameShare();
  share.publish(await jpeg(1));
  const scaled = [16, 24, 32, 40].map((maxWidth) => new Requester(share, { maxWidth }));
  const pending = scaled.map((viewer) => viewer.next());
  share.publish(await jpeg(2));
  const order: string[] = [];
  await Promise.all([
    ...pending.map((delivery) =>
      delivery.then(({ frame }) => order.push(`scaled ${frame.sample.timestamp}`)),
    ),
    new Requester(share).next().then(() => order.push("passed on")),
  ]);
  expect(order).toContain("passed on");
  expect(order.at(-1)).toBe("scaled 2");
});

test("never gives a viewer an older frame than it has", async () => {
  const share = new FrameShare();
  share.publish(await jpeg(1));
  const first = new Requester(share, { maxWidth: 32 }).next();
  // The encoding of the first frame runs when the second one arrives.
  share.publish(await jpeg(2));
  const passed = await new Requester(share).next();
  expect(passed.frame.number).toBe(2);
  const scaled = new Requester(share, { maxWidth: 32 });
  scaled.after = 1;
  const [{ frame }] = await Promise.all([scaled.next(), first]);
  expect(frame.number).toBe(2);
});

test("continues after a frame that cannot be encoded", async () => {
  const share = new FrameShare();
  const viewer = new Requester(share);
  share.publish(image(0));
  await viewer.next();
  share.publish({ ...image(1), data: new Uint8Array(4) });
  await expect(viewer.next()).rejects.toMatchObject({ code: "ERR_IMAGE_DATA_TOO_SHORT" });
  viewer.base = undefined;
  share.publish(image(2));
  const decoded = await viewer.decode(await viewer.next());
  expect(mostDifferent(decoded.data, image(2).data)).toBeLessThan(60);
});

test("adapts when the source changes its size", async () => {
  const share = new FrameShare();
  share.publish(await jpeg(1, 64, 48));
  const viewer = new Requester(share, { maxWidth: 32 });
  expect((await viewer.next()).encoded.metadata).toMatchObject({ codedWidth: 32, codedHeight: 24 });
  share.publish(await jpeg(2, 64, 96));
  expect((await viewer.next()).encoded.metadata).toMatchObject({ codedWidth: 32, codedHeight: 48 });
  share.publish(await jpeg(3, 16, 16));
  expect((await viewer.next()).encoded.metadata).toMatchObject({ codedWidth: 16, codedHeight: 16 });
});

test("forgets the encodings of a frame that no viewer needs any more", async () => {
  const share = new FrameShare();
  share.publish(image(1));
  const small = { encoding: "raw", maxWidth: 64, scale: 1 } as const;
  const smaller = { ...small, maxWidth: 32 };
  await new Requester(share, small).next();
  await new Requester(share, smaller).next();
  expect(share.encodes).toBe(2);
  share.keepOnly([small]);
  await new Requester(share, small).next();
  expect(share.encodes).toBe(2);
  await new Requester(share, smaller).next();
  expect(share.encodes).toBe(3);
});
