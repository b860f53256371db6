import { BroadcastImageCodec, type ImageSample } from "@broadcast-ipc/image-codec";
import sharp from "sharp";
import { afterEach, expect, test, vi } from "vitest";
import { FrameFeed } from "../src/frame-feed.ts";
import type { FrameMessage } from "../src/page/page-messages.ts";

const width = 128;
const height = 96;

afterEach(() => void vi.useRealTimers());

interface Delivered {
  readonly message: FrameMessage;
  readonly data: Uint8Array;
}

/** Creates a feed, and a function that waits for the next delivered frame. */
function openFeed() {
  const delivered: Delivered[] = [];
  const failures: Error[] = [];
  const feed = new FrameFeed({
    onFrame: (message, data) => delivered.push({ message, data }),
    onFailure: (error) => failures.push(error),
  });
  const next = () => vi.waitUntil(() => delivered.shift());
  return { feed, delivered, failures, next };
}

/** Draws a grey frame with a white square that moves from frame to frame. */
function image(frame: number): ImageSample {
  const data = new Uint8Array(width * height * 4).map((_, at) => (at % 4 === 3 ? 255 : 128));
  for (let row = 32; row < 48; row++) {
    const start = (row * width + (frame % 7) * 16) * 4;
    data.fill(255, start, start + 64);
  }
  return { type: "image", format: "RGBA", codedWidth: width, codedHeight: height, data, timestamp: frame };
}

async function jpeg(): Promise<Uint8Array> {
  return sharp(image(0).data, { raw: { width, height, channels: 4 } })
    .jpeg()
    .toBuffer();
}

function mostDifferent(one: Uint8Array, other: Uint8Array): number {
  return one.reduce((most, value, at) => Math.max(most, Math.abs(value - (other[at] ?? 0))), 0);
}

test("sends raw frames as deltas by default, with a key frame first and after refresh()", async () => {
  const { feed, next } = openFeed();
  const codec = new BroadcastImageCodec();
  feed.setDemand({ encoding: "auto" });
  const expectNext = async (frame: number, isWhole: boolean) => {
    const { message, data } = await next();
    if (!("delta" in message)) throw new Error("the message has no delta");
    expect(message.delta.base === undefined).toBe(isWhole);
    const decoded = await codec.decode(data, message, { format: "RGBA" });
    // JPEG distorts pixels at the edge between white and grey, so a large difference is allowed.
    expect(mostDifferent(decoded.data, image(frame).data)).toBeLessThan(60);
    feed.acknowledge(message.sequence);
  };
  for (let frame = 0; frame < 4; frame++) {
    feed.offer(image(frame));
    await expectNext(frame, frame === 0);
  }
  feed.refresh();
  await expectNext(3, true);
  feed.offer(image(4));
  await expectNext(4, false);
});

test("sends frames in the demanded encoding, and sends the newest frame again when the encoding changes", async () => {
  const { feed, next } = openFeed();
  feed.setDemand({ encoding: "raw" });
  feed.offer(image(5));
  const first = await next();
  expect(first.message).toMatchObject({ format: "RGBA", sequence: 1 });
  expect(first.data).toEqual(image(5).data);
  for (const encoding of ["jpeg", "delta", "auto"] as const) {
    feed.setDemand({ encoding });
    const { message } = await next();
    expect(message).toMatchObject({ encoding: encoding === "jpeg" ? "jpeg" : "delta", timestamp: 5 });
    if ("delta" in message) expect(message.delta.base).toBeUndefined();
    feed.acknowledge(message.sequence);
  }
});

test("applies a demand that arrives during an encode to the next frame", async () => {
  const { feed, next } = openFeed();
  feed.offer(image(5));
  feed.setDemand({ encoding: "jpeg" });
  feed.setDemand({ encoding: "jpeg", maxWidth: 64 });
  expect((await next()).message).toMatchObject({ codedWidth: width, timestamp: 5 });
  expect((await next()).message).toMatchObject({ codedWidth: 64, timestamp: 5 });
});

test("sends a JPEG frame unchanged by default, and converts or scales it if the demand requires it", async () => {
  const { feed, next } = openFeed();
  const data = await jpeg();
  feed.setDemand({ encoding: "auto" });
  feed.offer({
    type: "image",
    encoding: "jpeg",
    codedWidth: width,
    codedHeight: height,
    data,
    timestamp: 1,
  });
  expect((await next()).data).toBe(data);
  feed.acknowledge(1);
  const expected = [
    [{ encoding: "jpeg" }, { encoding: "jpeg", codedWidth: width }],
    [{ encoding: "raw" }, { format: "RGB", codedWidth: width }],
    [{ encoding: "delta" }, { encoding: "delta", codedWidth: width }],
    [
      { encoding: "auto", maxWidth: 64 },
      { encoding: "jpeg", codedWidth: 64, codedHeight: 48 },
    ],
  ] as const;
  for (const [demand, metadata] of expected) {
    feed.setDemand(demand);
    const { message } = await next();
    expect(message).toMatchObject({ ...metadata, fullWidth: width, fullHeight: height });
    feed.acknowledge(message.sequence);
  }
});

test("reports a frame that cannot be encoded, and sends the next frame as a key frame", async () => {
  const { feed, failures, next } = openFeed();
  feed.setDemand({ encoding: "delta" });
  feed.offer(image(0));
  const { message: first } = await next();
  feed.acknowledge(first.sequence);
  feed.offer({ ...image(1), data: new Uint8Array(4) });
  await vi.waitUntil(() => failures.length === 1);
  feed.offer(image(2));
  const { message } = await next();
  expect(message.timestamp).toBe(2);
  if ("delta" in message) expect(message.delta.base).toBeUndefined();
});

test("delivers the newest frame every 100 ms if the demand has maxFps 10", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  const { feed, delivered } = openFeed();
  feed.setDemand({ encoding: "raw", maxFps: 10 });
  const seen: number[] = [];
  for (let time = 0; time < 1_000; time += 10) {
    feed.offer(image(time));
    await vi.advanceTimersByTimeAsync(10);
    for (const { message } of delivered.splice(0)) {
      seen.push(message.timestamp);
      feed.acknowledge(message.sequence);
    }
  }
  expect(seen.length).toBeGreaterThanOrEqual(10);
  expect(seen.length).toBeLessThanOrEqual(11);
  for (const [index, timestamp] of seen.entries()) {
    expect(Math.abs(timestamp - index * 100)).toBeLessThanOrEqual(10);
  }
});

test("delivers no frame after close()", async () => {
  const { feed, delivered, failures } = openFeed();
  feed.setDemand({ encoding: "jpeg" });
  feed.offer(image(0));
  feed.close();
  feed.offer(image(1));
  feed.refresh();
  // Waits for another encode, so that the encode in the feed has time to finish.
  await jpeg();
  expect([...delivered, ...failures]).toEqual([]);
});
