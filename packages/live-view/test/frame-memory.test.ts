import { createServer } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { BroadcastReceiver } from "@broadcast-ipc/receiver";
import type { ReceiverLike, SourceSample } from "@broadcast-ipc/receiver/sink";
import { expect, onTestFinished, test } from "vitest";
import { LiveView } from "../src/live-view.ts";
import type { DemandMessage } from "../src/wire/viewer-messages.ts";
import { CountedFrames, FakeReceiver, FrameChecker } from "./support/counted-frames.ts";
import { connectPair, listen } from "./support/open-view.ts";
import { ViewClient } from "./support/view-client.ts";

const small = { width: 160, height: 120 };
/** The buffers of a connection do not hold a raw frame of this size. */
const large = { width: 2_560, height: 2_560 };

const demands: readonly Omit<DemandMessage, "type">[] = [
  { encoding: "raw" },
  { encoding: "raw", maxWidth: 80 },
  { encoding: "jpeg" },
  { encoding: "jpeg", maxWidth: 96 },
  { encoding: "delta" },
  { encoding: "auto" },
];

async function open(source: ReceiverLike | AsyncIterable<ReceiverLike>) {
  const view = new LiveView(source);
  const server = createServer();
  server.on("upgrade", (request, socket, head) => view.handleUpgrade(request, socket, head));
  onTestFinished(() => view.close());
  return { view, url: await listen(server) };
}

async function openFake(size: { readonly width: number; readonly height: number }) {
  const receiver = new FakeReceiver();
  return { receiver, frames: new CountedFrames(size), ...(await open(receiver)) };
}

/** Shows frames until the connection is closed. Resolves with their timestamps. Rejects if one shows a wrong image. */
async function showAll(client: ViewClient, pause: number): Promise<readonly number[]> {
  const checker = new FrameChecker();
  const shown: number[] = [];
  for (;;) {
    const frame = await client.frame().catch(() => undefined);
    if (!frame) return shown;
    shown.push(await checker.check(frame));
    await delay(pause);
    client.send({ type: "shown", sequence: frame.sequence });
  }
}

async function expectAllDisposedOnce({ disposals }: CountedFrames): Promise<void> {
  await expect.poll(() => [...disposals].filter(([, count]) => count !== 1)).toEqual([]);
}

test.each(["raw", "jpeg"] as const)(
  "disposes each %s frame once, and no viewer sees what is written afterwards",
  async (encoding) => {
    const { receiver, frames, view, url } = await openFake(small);
    const clients = await Promise.all(demands.map((demand) => ViewClient.watch(url, demand)));
    const shown = clients.map((client, index) => showAll(client, index));
    const leaving: Promise<unknown>[] = [];
    for (let timestamp = 1; timestamp <= 90; timestamp++) {
      receiver.push(await frames[encoding](timestamp));
      if (timestamp % 15 === 0) {
        // A viewer for each demand in turn, which leaves abruptly.
        const client = await ViewClient.watch(url, demands[timestamp / 15 - 1]);
        leaving.push(showAll(client, 0));
        setTimeout(() => client.socket.terminate(), 20);
      }
      await delay(timestamp % 3);
      expect(frames.held.length).toBeLessThan(12);
    }
    await expect.poll(() => frames.held).toEqual([90]);
    await delay(50);
    await view.close();
    for (const timestamps of await Promise.all(shown)) {
      expect(timestamps.length).toBeGreaterThan(3);
      expect(timestamps).toEqual([...new Set(timestamps)].sort((one, other) => one - other));
    }
    await Promise.all(leaving);
    await expectAllDisposedOnce(frames);
  },
);

test("keeps a raw frame until a viewer that reads slowly has it", async () => {
  const { receiver, frames, url } = await openFake(large);
  const [slow, quick] = await Promise.all([ViewClient.watch(url), ViewClient.watch(url)]);
  const checker = new FrameChecker();
  slow.socket.pause();
  receiver.push(frames.raw(1));
  expect(await checker.check(await quick.show())).toBe(1);
  receiver.push(frames.raw(2));
  expect(await checker.check(await quick.show())).toBe(2);
  receiver.push(frames.raw(3));
  expect(await checker.check(await quick.show())).toBe(3);
  await expect.poll(() => frames.held).toEqual([1, 3]);
  slow.socket.resume();
  expect(await checker.check(await slow.frame())).toBe(1);
  await expect.poll(() => frames.held).toEqual([3]);
});

test.each([
  ["leaves", (client) => client.socket.terminate()],
  ["is removed", (_, view) => [...view.viewers][0]?.remove()],
  ["is left by the view", (_, view) => void view.close()],
] as const satisfies readonly (readonly [string, (client: ViewClient, view: LiveView) => void])[])(
  "disposes a frame that is being sent to a viewer that %s",
  async (_, leave) => {
    const { receiver, frames, view, url } = await openFake(large);
    const client = await ViewClient.watch(url);
    client.socket.pause();
    receiver.push(frames.raw(1));
    await expect.poll(() => view.stats().frames.sent).toBe(1);
    receiver.push(frames.raw(2));
    await expect.poll(() => view.stats().frames.received).toBe(2);
    expect(frames.held).toEqual([1, 2]);
    leave(client, view);
    await expect.poll(() => frames.held, { timeout: 5_000 }).not.toContain(1);
    await view.close();
    await expectAllDisposedOnce(frames);
  },
);

test("disposes frames that cannot be encoded", async () => {
  const { receiver, frames, view, url } = await openFake(small);
  const failures: string[] = [];
  view.on("failure", ({ message }) => failures.push(message));
  const clients = await Promise.all(demands.map((demand) => ViewClient.watch(url, demand)));
  const good = frames.raw(3);
  receiver.push(frames.count({ ...frames.raw(1), data: new Uint8Array(8) }));
  await Promise.all(clients.map((client) => client.read("failed")));
  receiver.push(frames.count({ ...(await frames.jpeg(2)), data: new Uint8Array(8) }));
  await expect.poll(() => frames.held).toEqual([3, 2]);
  receiver.push(good);
  await Promise.all(
    clients.map(async (client) => expect(await new FrameChecker().check(await client.show())).toBe(3)),
  );
  await expect.poll(() => frames.held).toEqual([3]);
  expect(failures.length).toBeGreaterThan(0);
  await view.close();
  await expectAllDisposedOnce(frames);
});

test("keeps the last frame of a source until another source sends one, or the view is closed", async () => {
  const [first, second] = [new FakeReceiver(), new FakeReceiver()];
  const receivers = new TransformStream<ReceiverLike, ReceiverLike>();
  const writer = receivers.writable.getWriter();
  const { view } = await open(receivers.readable.values());
  const frames = new CountedFrames(small);
  await writer.write(first);
  first.push(frames.raw(1));
  await expect.poll(() => view.newest?.timestamp).toBe(1);
  await writer.write(second);
  // The view does not read the first source any more.
  first.push(frames.raw(2));
  await expect.poll(() => frames.held).toEqual([1]);
  second.push(frames.raw(3));
  await expect.poll(() => frames.held).toEqual([3]);
  await view.close();
  expect(view.newest).toBeUndefined();
  await expectAllDisposedOnce(frames);
});

test("keeps frames while listeners and readNewest() read them", async () => {
  const { receiver, frames, view } = await openFake(small);
  const listened: (number | undefined)[] = [];
  view.on("frame", ({ data }) => listened.push(data[0]));
  expect(await view.readNewest(() => "a frame")).toBeUndefined();
  receiver.push(frames.raw(1));
  await expect.poll(() => view.newest?.timestamp).toBe(1);
  let end = () => {};
  const read = view.readNewest(async (frame) => {
    await new Promise<void>((resolve) => {
      end = resolve;
    });
    return frame.data[0];
  });
  // All of them are read in one turn of the event loop.
  receiver.push(frames.raw(2), frames.raw(3), frames.raw(4));
  await expect.poll(() => frames.held).toEqual([1, 4]);
  end();
  expect(await read).toBe(listened[0]);
  await expect.poll(() => frames.held).toEqual([4]);
  expect(new Set(listened)).toEqual(new Set([40]));
  expect(listened).toHaveLength(4);
  await expect(view.readNewest(() => Promise.reject(new Error("it failed")))).rejects.toThrow("it failed");
  await view.close();
  await expectAllDisposedOnce(frames);
});

test("holds few frames of a real receiver while viewers watch", async () => {
  const pair = await connectPair();
  const held = new Set<SourceSample>();
  let most = 0;
  let received = 0;
  const receiver = replacing(pair.receiver, (sample) => {
    held.add(sample);
    received++;
    most = Math.max(most, held.size);
    const dispose = () => {
      expect(held.delete(sample)).toBe(true);
      sample.data.fill(238);
      sample[Symbol.dispose]?.();
    };
    return { ...sample, [Symbol.dispose]: dispose };
  });
  const { view, url } = await open(receiver);
  const clients = await Promise.all(demands.slice(0, 3).map((demand) => ViewClient.watch(url, demand)));
  const shown = clients.map((client) => showAll(client, 0));
  const source = new CountedFrames({ width: 320, height: 240 });
  for (let timestamp = 1; timestamp <= 100; timestamp++) {
    const { [Symbol.dispose]: _, ...sample } = source.raw(timestamp);
    pair.uploader.upload(sample);
    await delay(4);
  }
  await expect.poll(() => [...held].map(({ timestamp }) => timestamp)).toEqual([100]);
  await delay(50);
  await view.close();
  for (const timestamps of await Promise.all(shown)) expect(timestamps.length).toBeGreaterThan(5);
  expect(received).toBeGreaterThan(20);
  expect(most).toBeLessThanOrEqual(4);
  await expect.poll(() => held.size).toBe(0);
});

/** Returns the receiver, with other frames. */
function replacing(
  receiver: BroadcastReceiver,
  replace: (sample: SourceSample) => SourceSample,
): ReceiverLike {
  async function* samples(options: { readonly signal: AbortSignal; readonly type: "image" | "audio" }) {
    for await (const sample of receiver.samples(options))
      yield sample.type === "audio" ? sample : replace(sample);
  }
  return new Proxy<ReceiverLike>(receiver, {
    get(target, key) {
      if (key === "samples") return samples;
      const value = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
