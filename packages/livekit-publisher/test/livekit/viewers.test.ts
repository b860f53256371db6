import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { LiveKitVideoOptions } from "../../src/index.ts";
import { Broadcast } from "./support/broadcast.ts";
import { BrowserViewers, hasBrowser } from "./support/browser-viewer.ts";
import { NodeViewer } from "./support/node-viewer.ts";
import { patchColors } from "./support/read-pattern.ts";
import { counterFaults, type SeenFrame, untilSeen, type Viewer } from "./support/viewer.ts";

/** Longest time until a viewer that joins sees a frame, in ms: 2 s, and 1 s more on a busy machine. */
const firstFrameTimeout = 2_000 + 1_000;

/** Largest difference of a colour after the codec. VP8 halves the resolution of colours, but the patches are large. */
const colorTolerance = 24;

const server = inject("liveKitServer");

/**
 * The library encodes BT.601 and signals no colour space. Chromium takes VP8 as BT.601 and the other codecs as BT.709, which
 * shifts saturated colours.
 */
const otherMatrixTolerance = 40;

/** Longest time until the last frame of a movement is seen, in ms: 0.3 s, and 0.4 s more on a busy machine. */
const lastFrameTimeout = 300 + 400;

/** Checks that the patches of a frame have the right colours. */
function expectRightColors({ colors }: SeenFrame, tolerance = colorTolerance): void {
  for (const [index, color] of patchColors.entries()) {
    for (const [channel, value] of color.entries()) {
      const message = `patch ${index}: ${JSON.stringify(colors[index])} instead of ${JSON.stringify(color)}`;
      const difference = Math.abs((colors[index]?.[channel] ?? Number.NaN) - value);
      expect(difference, message).toBeLessThanOrEqual(tolerance);
    }
  }
}

/** Checks the frames that a viewer sees from now on, until it has seen `count`. */
async function expectRunningCounter(viewer: Viewer, count: number): Promise<void> {
  await viewer.clear();
  await expect.poll(async () => (await viewer.frames()).length).toBeGreaterThan(count);
  const frames = await viewer.frames();
  expect(counterFaults(frames)).toEqual([]);
  const counters = new Set(frames.map(({ counter }) => counter));
  expect(counters.size, "number of different frames").toBeGreaterThan(count * 0.8);
  for (const frame of [frames[0], frames.at(-1)]) expectRightColors(frame as SeenFrame);
}

const kinds: Record<string, (browsers: BrowserViewers) => BrowserViewers["join"]> = {
  "rtc-node": () => NodeViewer.join,
  Chromium:
    (browsers) =>
    (...where) =>
      browsers.join(...where),
};

for (const [kind, joining] of Object.entries(kinds)) {
  describe.skipIf(kind === "Chromium" && !hasBrowser && !process.env.CI)(`A viewer with ${kind}`, () => {
    let browsers: BrowserViewers | undefined;
    let join: BrowserViewers["join"];

    beforeAll(async () => {
      if (kind === "Chromium") browsers = await BrowserViewers.launch();
      join = joining(browsers as BrowserViewers);
    });

    afterAll(() => browsers?.[Symbol.asyncDispose]());

    test("sees the frames in order, in the right colours, and hears the tone, beside another viewer", async () => {
      await using broadcast = await Broadcast.open({ capture: { tone: 1000 } });
      await using viewer = await join(server, broadcast.roomName, "viewer");
      await using other = await NodeViewer.join(server, broadcast.roomName, "other");
      await Promise.all([untilSeen(viewer, 10_000), untilSeen(other, 10_000)]);
      await Promise.all([expectRunningCounter(viewer, 60), expectRunningCounter(other, 60)]);
      // Within 5 Hz. The browser's spectrum has a line for every 3 Hz.
      await expect.poll(() => viewer.frequency()).toBeCloseTo(1000, -1);
      await expect.poll(() => other.frequency()).toBeCloseTo(1000, -1);
      expect(broadcast.failures).toEqual([]);
      expect(broadcast.capture.failures).toEqual([]);
    });

    test("sees a static frame within two seconds after it has joined late", async () => {
      await using broadcast = await Broadcast.open({ capture: { fps: 0, start: 7 } });
      await expect.poll(() => broadcast.publisher.stats().video.sid).toBeTruthy();
      await setTimeout(1_000);
      await using viewer = await join(server, broadcast.roomName, "viewer");
      const frame = await untilSeen(viewer, 10_000, ({ counter }) => counter === 7);
      expect(frame.at - viewer.joinedAt).toBeLessThan(firstFrameTimeout);
      expectRightColors(frame);
    });

    test("sees odd sizes, and a change of the size", async () => {
      await using broadcast = await Broadcast.open({ capture: { width: 1279, height: 719, fps: 10 } });
      await using viewer = await join(server, broadcast.roomName, "viewer");
      const odd = await untilSeen(viewer, 10_000);
      // The LiveKit library crops to multiples of four pixels, so frames are padded.
      expect([odd.width, odd.height]).toEqual([1280, 720]);
      expectRightColors(odd);
      await expectRunningCounter(viewer, 10);
      broadcast.capture.change({ width: 401, height: 603 });
      const changed = await untilSeen(viewer, 5_000, ({ width }) => width === 404);
      expect(changed.height).toBe(604);
      await expectRunningCounter(viewer, 10);
    });

    const publications: Record<string, LiveKitVideoOptions> = {
      h264: { codec: "h264" },
      vp9: { codec: "vp9" },
      "vp9 with layers": { codec: "vp9", scalabilityMode: "L2T2" },
      av1: { codec: "av1" },
      simulcast: { simulcast: true },
    };
    test.each(Object.entries(publications))("sees video published as %s", async (_, video) => {
      await using broadcast = await Broadcast.open({ publisher: { video } });
      await using viewer = await join(server, broadcast.roomName, "viewer");
      await untilSeen(viewer, 10_000, ({ width, counter }) => width === 640 && counter !== undefined);
      await viewer.clear();
      await expect.poll(async () => (await viewer.frames()).length).toBeGreaterThan(20);
      const frames = await viewer.frames();
      // The library's encoders of VP9 and AV1 do not update some flat areas for a few frames.
      const readable = frames.filter(({ counter }) => counter !== undefined);
      expect(readable.length).toBeGreaterThan(frames.length / 4);
      expect(counterFaults(readable)).toEqual([]);
      expectRightColors(frames.at(-1) as SeenFrame, otherMatrixTolerance);
    });

    test("sees the last frame of a movement without delay", async () => {
      await using broadcast = await Broadcast.open();
      await using viewer = await join(server, broadcast.roomName, "viewer");
      await untilSeen(viewer, 10_000);
      for (let last = 1000; last <= 6000; last += 1000) {
        broadcast.capture.change({ fps: 30 });
        await untilSeen(viewer, 5_000, ({ counter }) => (counter ?? 0) > last - 1000 + 15);
        await viewer.clear();
        const stopped = Date.now();
        broadcast.capture.change({ fps: 0, start: last });
        const frame = await untilSeen(viewer, 5_000, ({ counter }) => counter === last);
        expect(frame.at - stopped).toBeLessThan(lastFrameTimeout);
      }
    });

    test("sees a rotated frame upright", async () => {
      await using broadcast = await Broadcast.open({ capture: { width: 640, height: 360, rotation: 90 } });
      await using viewer = await join(server, broadcast.roomName, "viewer");
      const frame = await untilSeen(viewer, 10_000);
      expect([frame.width, frame.height]).toEqual([360, 640]);
      await expectRunningCounter(viewer, 10);
      broadcast.capture.change({ rotation: 0 });
      await untilSeen(viewer, 5_000, ({ width, counter }) => width === 640 && counter !== undefined);
      await expectRunningCounter(viewer, 10);
    });
  });
}
