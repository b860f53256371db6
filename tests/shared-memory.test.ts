import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { BroadcastReceiver, type BroadcastServer } from "@broadcast-ipc/receiver";
import { sharedMemory } from "@broadcast-ipc/shared-memory";
import { BroadcastUploader } from "@broadcast-ipc/uploader";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { Child } from "./support/child.ts";
import { resources } from "./support/resources.ts";
import { socketInTempDir } from "./support/socket-in-temp-dir.ts";

// SOAK_KILLS is the number of processes that each test kills.
const kills = Number(process.env.SOAK_KILLS ?? 10);
const frameBytes = 960 * 540 * 4;
const { unavailable } = sharedMemory();
if (unavailable) console.warn(`SKIPPED, because ${unavailable}: killed processes that share memory`);

/** The regions that this process has mapped. */
const mappings = () => readFileSync("/proc/self/maps", "utf8").match(/\/memfd:broadcast-ipc/g)?.length ?? 0;

/** Collects garbage until this process has no region mapped, and returns the number of its descriptors. */
async function descriptorsAfterwards(): Promise<number> {
  await vi.waitFor(
    () => {
      resources();
      expect(mappings()).toBe(0);
    },
    { timeout: 10_000, interval: 100 },
  );
  return resources().descriptors;
}

describe.skipIf(unavailable)("sharedMemory", () => {
  test("leaves no mapping, descriptor or file behind in a receiver whose uploaders are killed", {
    timeout: 30_000 + kills * 1000,
  }, async () => {
    const files = readdirSync("/dev/shm");
    const path = await socketInTempDir();
    const server: BroadcastServer = await BroadcastReceiver.listen(path, { payloads: sharedMemory() });
    const receivers = server[Symbol.asyncIterator]();
    let shared = 0;
    const streamFromOne = async () => {
      const uploader = new Child<never>("share-frames.mjs", path, { role: "uploader" });
      const { value: receiver } = await receivers.next();
      let left = 3 + Math.floor(Math.random() * 30);
      try {
        for await (const sample of receiver as BroadcastReceiver) {
          const { data, timestamp } = sample as { data: Uint8Array; timestamp: number };
          expect(Buffer.alloc(frameBytes, timestamp).equals(data)).toBe(true);
          if (timestamp % 3 > 0) sample[Symbol.dispose]();
          if (--left === 0) uploader.kill();
        }
      } catch (error) {
        // The test killed the uploader while a message was being sent.
        expect(error).toMatchObject({ code: "ERR_IPC_TRUNCATED_MESSAGE" });
      }
      expect(left).toBeLessThanOrEqual(0);
      shared += receiver?.stats().payloads?.received.messages ?? 0;
      await receiver?.close();
    };
    await streamFromOne();
    const descriptors = await descriptorsAfterwards();
    for (let kill = 1; kill < kills; kill++) await streamFromOne();
    expect(shared).toBeGreaterThan(kills);
    expect(await descriptorsAfterwards()).toBeLessThanOrEqual(descriptors);
    expect(files).toEqual(expect.arrayContaining(readdirSync("/dev/shm")));
    await server.close();
  });

  test("leaves no mapping, descriptor or file behind in an uploader whose receivers are killed", {
    timeout: 30_000 + kills * 1000,
  }, async () => {
    const files = readdirSync("/dev/shm");
    const path = await socketInTempDir();
    const open = () => new Child<number>("share-frames.mjs", path, { role: "receiver" });
    let receiver = open();
    const uploader = await BroadcastUploader.connect(path, { payloads: sharedMemory() });
    onTestFinished(() => uploader.close());
    let number = 0;
    const upload = async () => {
      const data = uploader.allocate(frameBytes).fill(number) as Uint8Array<ArrayBuffer>;
      const geometry = { type: "image", format: "BGRA", codedWidth: 960, codedHeight: 540 } as const;
      await uploader.upload({ ...geometry, data, timestamp: number++ });
    };
    let isCapturing = true;
    const capturing = (async () => {
      while (isCapturing) {
        await uploader.wanted().catch(() => {});
        await upload();
      }
    })();
    let shared = 0;
    let before: number | undefined;
    for (let kill = 0; kill < kills; kill++) {
      const streamed = 3 + Math.floor(Math.random() * 30);
      for (let frame = 0; frame < streamed; frame++) await receiver.next();
      shared += uploader.stats().payloads?.sent.messages ?? 0;
      const disconnected = once(uploader, "disconnect");
      await receiver.kill();
      await disconnected;
      receiver = open();
      await receiver.next();
      // The region of the present connection, and that of the newest frame if it came from an earlier connection.
      await vi.waitFor(() => {
        before ??= resources().descriptors;
        resources();
        expect(mappings()).toBeLessThanOrEqual(2);
      });
    }
    expect(shared).toBeGreaterThan(kills);
    isCapturing = false;
    await uploader.close();
    await capturing;
    expect(await descriptorsAfterwards()).toBeLessThanOrEqual(before ?? 0);
    expect(files).toEqual(expect.arrayContaining(readdirSync("/dev/shm")));
  });
});
