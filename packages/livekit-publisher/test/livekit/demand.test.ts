import { setTimeout } from "node:timers/promises";
import { inject, test } from "vitest";
import { Broadcast } from "./support/broadcast.ts";
import { NodeViewer } from "./support/node-viewer.ts";
import { untilSeen } from "./support/viewer.ts";

/** In ms. The server pauses a track 5 s after the last viewer. 2 s are for the publisher, and 1 s for a busy machine. */
const pauseTimeout = 5_000 + 2_000 + 1_000;

/** In ms. A publisher waits 10 s for a first viewer. 2 s more are for the publisher, and 2 s for a busy machine. */
const aloneTimeout = 10_000 + 2_000 + 2_000;

/** Longest time until a viewer that joins sees a frame, in ms: 2 s, and 1 s more on a busy machine. */
const firstFrameTimeout = 2_000 + 1_000;

const server = inject("liveKitServer");

// The tests run at the same time, because they mostly wait.

test.concurrent("nothing is captured or encoded after the last viewer has left, until the next one joins", async ({
  expect,
}) => {
  await using broadcast = await Broadcast.open({ capture: { tone: 440 } });
  const { capture } = broadcast;
  const first = await NodeViewer.join(server, broadcast.roomName, "first");
  await untilSeen(first, 10_000);
  expect(capture.demand).toMatchObject({ video: {}, audio: {} });

  const leaving = Date.now();
  await first.leave();
  await expect.poll(() => capture.demand?.video, { timeout: 20_000, interval: 20 }).toBeNull();
  expect(Date.now() - leaving).toBeLessThan(pauseTimeout);
  await expect.poll(() => capture.demand?.audio).toBeNull();
  await setTimeout(pauseTimeout - (Date.now() - leaving));
  const [uploaded, encoded] = [capture.uploaded, await broadcast.framesEncoded()];
  await setTimeout(1_500);
  expect(await broadcast.framesEncoded()).toBe(encoded);
  expect(capture.uploaded).toBe(uploaded);

  await using second = await NodeViewer.join(server, broadcast.roomName, "second");
  const frame = await untilSeen(second, 10_000);
  expect(frame.at - second.joinedAt).toBeLessThan(firstFrameTimeout);
  await untilSeen(second, 5_000, ({ counter }) => (counter ?? 0) > (frame.counter ?? 0) + 20);
  // Within 5 Hz.
  await expect.poll(() => second.frequency()).toBeCloseTo(440, -1);
});

test.concurrent("nothing is captured while nobody joins", async ({ expect }) => {
  await using broadcast = await Broadcast.open();
  const { capture } = broadcast;
  await expect.poll(() => broadcast.publisher.stats().video.sid).toBeTruthy();
  await expect.poll(() => capture.demand?.video, { timeout: aloneTimeout, interval: 20 }).toBeNull();
  await setTimeout(500);
  const { uploaded } = capture;
  await setTimeout(1_000);
  expect(capture.uploaded).toBe(uploaded);
});

test.concurrent("a static frame is seen by viewers that join after the capture has paused", async ({
  expect,
}) => {
  await using broadcast = await Broadcast.open({ capture: { fps: 0, start: 3 } });
  const { capture } = broadcast;
  for (const identity of ["first", "second"]) {
    await expect.poll(() => capture.demand?.video).toBeTruthy();
    await expect.poll(() => capture.demand?.video, { timeout: aloneTimeout, interval: 20 }).toBeNull();
    await using viewer = await NodeViewer.join(server, broadcast.roomName, identity);
    const frame = await untilSeen(viewer, 10_000, ({ counter }) => counter === 3);
    expect(frame.at - viewer.joinedAt).toBeLessThan(firstFrameTimeout);
  }
});

test.concurrent("a viewer that reloads does not stop the capture", async ({ expect }) => {
  await using broadcast = await Broadcast.open();
  const demands: unknown[] = [];
  const first = await NodeViewer.join(server, broadcast.roomName, "viewer");
  await untilSeen(first, 10_000);
  broadcast.publisher.on("demand", (demand) => demands.push(demand));
  await first.leave();
  await setTimeout(1_000);
  await using second = await NodeViewer.join(server, broadcast.roomName, "viewer");
  await untilSeen(second, 5_000);
  await setTimeout(pauseTimeout);
  await second.clear();
  await untilSeen(second, 1_000);
  expect(demands).not.toContain(null);
});
