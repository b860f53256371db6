import { setTimeout as delay } from "node:timers/promises";
import { socketPath } from "@broadcast-ipc/ipc-channel";
import { BroadcastReceiver } from "@broadcast-ipc/receiver";
import { BroadcastUploader, FanOut, now } from "@broadcast-ipc/uploader";
import { describe, expect, onTestFinished, test } from "vitest";
import { FeedLink } from "../src/feed-link.ts";
import { sampleIn } from "../src/frame-memory.ts";
import { SourceSink } from "../src/source-sink.ts";
import { SyntheticSource } from "../src/synthetic/synthetic-source.ts";
import { openCarrier } from "../src/transport.ts";

const size = { codedWidth: 640, codedHeight: 360 };
const frameBytes = size.codedWidth * size.codedHeight * 4;
let paths = 0;

/** Connects an uploader to a receiver, with a carrier for each side. */
async function connect(transport: "socket" | "shared") {
  const path = socketPath(`frame-memory-${process.pid}-${++paths}`);
  const payloads = openCarrier({ transport }, frameBytes);
  const accepted = BroadcastReceiver.accept(path, { payloads: openCarrier({ transport }) });
  const uploader = await BroadcastUploader.connect(path, { payloads, reconnect: false });
  const receiver = await accepted;
  onTestFinished(async () => {
    await Promise.all([uploader.close(), receiver.close()]);
  });
  return { uploader, receiver };
}

describe.each(["socket", "shared"] as const)("Frames over the transport %s", (transport) => {
  test("gives all memory back although most frames are replaced", async () => {
    const { uploader, receiver } = await connect(transport);
    const targets = new FanOut({ viewer: uploader });
    const livekit = new FeedLink({ name: "livekit", targets, connect: async () => uploader });
    const sink = new SourceSink({ uploader, targets, livekit, onFrame() {}, onFailure() {} });
    const source = new SyntheticSource({
      width: size.codedWidth,
      height: size.codedHeight,
      framesPerSecond: 240,
    });
    source.start(sink);
    let frames = 0;
    for await (const frame of receiver.samples({ type: "image" })) {
      await delay(20);
      frame[Symbol.dispose]();
      if (++frames === 40) break;
    }
    source.stop();
    const { video, payloads } = uploader.stats();
    expect(video.replaced).toBeGreaterThan(40);
    expect(payloads?.fallbacks ?? 0).toBe(0);
  });

  test("keeps the memory of a frame until the last of several targets has sent it", async () => {
    const [fast, slow] = await Promise.all([connect(transport), connect(transport)]);
    const targets = new FanOut({ fast: fast.uploader, slow: slow.uploader });
    const seen = [read(fast.receiver, 0), read(slow.receiver, 30)];
    for (let value = 1; value <= 20; value++) {
      const memory = fast.uploader.allocate(frameBytes);
      memory.fill(value);
      void targets.upload({ type: "image", format: "BGRX", ...size, timestamp: now(), ...sampleIn(memory) });
      await delay(10);
    }
    await targets.close();
    for (const values of await Promise.all(seen)) {
      expect(values.length).toBeGreaterThan(2);
      expect(values).toEqual([...new Set(values)].sort((a, b) => a - b));
      expect(values.at(-1)).toBe(20);
    }
  });

  /** Reads all frames, and takes some time for each. Resolves with the value of all bytes of each frame. */
  async function read(receiver: BroadcastReceiver, time: number): Promise<number[]> {
    const values: number[] = [];
    for await (using frame of receiver.samples({ type: "image" })) {
      await delay(time);
      const [value = -1] = frame.data;
      expect(frame.data.every((byte) => byte === value)).toBe(true);
      values.push(value);
    }
    return values;
  }
});
