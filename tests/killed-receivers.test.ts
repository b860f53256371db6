import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { BroadcastUploader } from "@broadcast-ipc/uploader";
import { expect, onTestFinished, test, vi } from "vitest";
import { Child } from "./support/child.ts";
import { Frames } from "./support/frames.ts";
import { type Resources, resources } from "./support/resources.ts";
import { socketInTempDir } from "./support/socket-in-temp-dir.ts";

// SOAK_KILLS is the number of receivers that the first test kills.
const kills = Number(process.env.SOAK_KILLS ?? 10);

/** Records unhandled rejections and process warnings, such as those about too many listeners. */
function recordProblems() {
  const onProblem = vi.fn();
  for (const event of ["unhandledRejection", "warning"]) process.on(event, onProblem);
  onTestFinished(() => {
    for (const event of ["unhandledRejection", "warning"]) process.off(event, onProblem);
  });
  return onProblem;
}

test("BroadcastUploader sends the newest frame to each receiver that replaces a killed one, without leaking resources", {
  timeout: 30_000 + kills * 1000,
}, async () => {
  const onProblem = recordProblems();
  const path = await socketInTempDir();
  const open = () => new Child<number>("receive.mjs", path, { longestPause: 3 });
  let receiver = open();
  const uploader = await BroadcastUploader.connect(path);
  onTestFinished(() => uploader.close());
  const frames = new Frames();
  let received = 0;
  const next = async () => {
    const number = await receiver.next();
    received++;
    const { captured, sent, encoded, repeated } = uploader.stats().video;
    expect(received).toBeLessThanOrEqual(encoded);
    expect(sent + repeated).toBeLessThanOrEqual(encoded);
    expect(encoded).toBeLessThanOrEqual(captured + repeated);
    return number;
  };
  const capturing = setInterval(() => uploader.upload(frames.capture()), 2);
  onTestFinished(() => clearInterval(capturing));
  await next();
  const seen: Resources[] = [];
  for (let kill = 0; kill < kills; kill++) {
    const streamed = 1 + Math.floor(Math.random() * 20);
    for (let frame = 0; frame < streamed; frame++) await next();
    const disconnected = once(uploader, "disconnect");
    await receiver.kill();
    expect(await disconnected).toMatchObject([{ by: "peer", code: "lost" }]);
    const connected = once(uploader, "connect").then(() => frames.captured - 1);
    receiver = open();
    const newest = await connected;
    expect(await next()).toBeGreaterThanOrEqual(newest);
    seen.push(resources());
  }
  clearInterval(capturing);
  await uploader.close();
  const { captured, pending, sent, replaced, unwanted, failed, closed, repeated } = uploader.stats().video;
  expect({ captured, pending, failed }).toEqual({ captured: frames.captured, pending: 0, failed: 0 });
  expect(sent + replaced + unwanted + closed).toBe(captured);
  expect(received).toBeLessThanOrEqual(captured + repeated);
  expect(uploader.stats().connections).toBe(kills + 1);
  expect(frames.disposed).toBe(captured);
  expect(frames.allocated).toBeLessThan(10);
  const [first, last] = [seen[0], seen.at(-1)] as [Resources, Resources];
  // Memory grows during the first 20 kills, while modules are loaded and compiled. Only later growth counts as a leak.
  const warm = seen[20] ?? last;
  expect(last.descriptors).toBeLessThanOrEqual(first.descriptors + 2);
  expect(last.timers).toBeLessThanOrEqual(first.timers + 2);
  expect(last.memory).toBeLessThan(warm.memory + 1_000_000);
  expect(onProblem).not.toHaveBeenCalled();
});

test('BroadcastUploader delivers every frame in order with `delivery: "all"`, although receivers are killed', async () => {
  const count = 3000;
  const path = await socketInTempDir();
  const demand = { video: { delivery: "all" }, audio: null };
  const open = () => new Child<number>("receive.mjs", path, { demand, longestPause: 2 });
  let receiver = open();
  const uploader = await BroadcastUploader.connect(path);
  onTestFinished(() => uploader.close());
  if (!uploader.demand) await once(uploader, "demand");
  const frames = new Frames();
  const outcomes: Promise<string>[] = [];
  const capturing = (async () => {
    while (frames.captured < count) {
      if (uploader.stats().video.pending >= 32) await delay(1);
      else outcomes.push(uploader.upload(frames.capture()));
    }
  })();
  let next = 0;
  for (let kill = 1; next < count; kill++) {
    const last = kill > 5 ? count : Math.min(count, next + 1 + Math.floor(Math.random() * 500));
    let isFirst = true;
    for await (const number of receiver) {
      // The previous receiver may have been killed before it reported its last frames as consumed. Those frames are sent again.
      if (isFirst) expect(number).toBeLessThanOrEqual(next);
      else expect(number).toBe(next);
      isFirst = false;
      next = number + 1;
      if (next === count) break;
      if (next === last) receiver.kill();
    }
    if (next < count) receiver = open();
  }
  await capturing;
  expect(new Set(await Promise.all(outcomes))).toEqual(new Set(["sent"]));
  expect(uploader.stats().video).toMatchObject({ captured: count, sent: count, pending: 0 });
  expect(frames.allocated).toBeLessThan(40);
});
