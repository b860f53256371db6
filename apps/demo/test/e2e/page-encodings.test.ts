import { BroadcastImageCodec, type EncodedImageSample, type ImageSample } from "@broadcast-ipc/image-codec";
import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asJpeg, frameHeight, frameWidth, TestBroadcast } from "../support/test-broadcast.ts";
import {
  launchBrowser,
  openPage,
  recordedFrames,
  recordFrames,
  shownFrame,
  shownPixels,
} from "../support/test-browser.ts";
import { findBrowser } from "../support/tools.ts";

const executablePath = findBrowser();
const encodings = ["auto", "raw", "jpeg", "delta"] as const;

function choose(page: Page, encoding: string): Promise<void> {
  return page.check(`[name=encoding][value=${encoding}]`);
}

/** Resolves when the page shows a frame in the given encoding. */
function isShownAs(page: Page, encoding: string): Promise<unknown> {
  return page.waitForSelector(`body[data-encoding=${encoding}]`);
}

/** Returns the mean absolute difference per channel between the canvas and the sample, from 0 to 255. */
async function difference(page: Page, { data, rotation = 0 }: ImageSample): Promise<number> {
  const raw = { width: frameWidth, height: frameHeight, channels: 4 } as const;
  const expected = await sharp(data, { raw }).rotate(rotation).removeAlpha().raw().toBuffer();
  const shown = await shownPixels(page);
  expect(shown.data.byteLength).toBe(expected.byteLength);
  expect(shown.width).toBe(rotation % 180 === 0 ? frameWidth : frameHeight);
  return (
    expected.reduce((sum, value, at) => sum + Math.abs(value - (shown.data[at] ?? 0)), 0) / expected.length
  );
}

describe.skipIf(!executablePath && !process.env.CI)("The page", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser(executablePath);
  });

  afterAll(() => browser?.close());

  test.each(encodings)("shows raw frames sent as %s in order, including the last one", async (encoding) => {
    await using broadcast = await TestBroadcast.open();
    const { page, complaints } = await openPage(browser, broadcast.url);
    await choose(page, encoding);
    broadcast.start();
    await isShownAs(page, encoding === "auto" ? "delta" : encoding);
    await recordFrames(page, frameHeight);
    await expect.poll(async () => (await recordedFrames(page)).length).toBeGreaterThan(15);
    broadcast.stop();
    await expect.poll(() => shownFrame(page, frameHeight)).toBe(broadcast.frame);
    expect(await difference(page, broadcast.draw(broadcast.frame))).toBeLessThan(
      encoding === "raw" ? 0.001 : 4,
    );
    const seen = await recordedFrames(page);
    expect(seen).toEqual(seen.toSorted((one, other) => one - other));
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("shows the JPEG frames of a source in every encoding", async () => {
    await using broadcast = await TestBroadcast.open();
    const { page, complaints } = await openPage(browser, broadcast.url);
    for (const [frame, encoding] of encodings.entries()) {
      await choose(page, encoding);
      const sample = broadcast.draw(frame);
      broadcast.upload(await asJpeg(sample));
      await expect.poll(() => shownFrame(page, frameHeight)).toBe(frame);
      await isShownAs(page, encoding === "auto" ? "jpeg" : encoding);
      expect(await difference(page, sample)).toBeLessThan(4);
    }
    expect(complaints).toEqual([]);
    await page.close();
  });

  test.each([90, 180, 270] as const)("rotates frames by %i degrees in every encoding", async (rotation) => {
    await using broadcast = await TestBroadcast.open();
    const { page, complaints } = await openPage(browser, broadcast.url);
    const turned: ImageSample[] = [];
    for (const encoding of encodings) {
      await choose(page, encoding);
      for (let count = 0; count < 2; count++) {
        broadcast.publish((sample) => {
          turned.push({ ...sample, rotation });
          return { ...sample, rotation };
        });
        const last = turned.at(-1) as ImageSample;
        await expect.poll(() => difference(page, last)).toBeLessThan(encoding === "raw" ? 0.001 : 4);
      }
    }
    expect(complaints).toEqual([]);
    await page.close();
  });

  test.each(["BGRX", "RGB", "I420", "NV12"] as const)("shows raw pixels of format %s", async (format) => {
    await using broadcast = await TestBroadcast.open();
    const { page, complaints } = await openPage(browser, broadcast.url);
    await choose(page, "raw");
    const sample = broadcast.draw(7);
    const codec = new BroadcastImageCodec();
    const { metadata, data } = await codec.encode(sample);
    broadcast.upload(await codec.decode(data, metadata, { format }));
    await isShownAs(page, "raw");
    expect(await difference(page, sample)).toBeLessThan(format.length === 4 && format !== "BGRX" ? 4 : 0.001);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("requests a key frame after a frame that cannot be decoded, and continues", async () => {
    await using broadcast = await TestBroadcast.open();
    const asked: string[] = [];
    let frames = 0;
    const { page } = await openPage(browser, broadcast.url, {
      prepare: (page) =>
        page.routeWebSocket(/live$/, (socket) => {
          const server = socket.connectToServer();
          server.onMessage((data) => {
            const isBroken = typeof data !== "string" && ++frames === 5;
            socket.send(isBroken ? Buffer.from(data).fill(0) : data);
          });
          socket.onMessage((data) => {
            if (String(data).includes("refresh")) asked.push(String(data));
            server.send(data);
          });
        }),
    });
    broadcast.start();
    await expect.poll(() => asked.length).toBeGreaterThan(0);
    const frame = broadcast.frame;
    await expect.poll(() => shownFrame(page, frameHeight)).toBeGreaterThan(frame);
    broadcast.stop();
    await expect.poll(() => shownFrame(page, frameHeight)).toBe(broadcast.frame);
    expect(await difference(page, broadcast.draw(broadcast.frame))).toBeLessThan(4);
    await page.close();
  });

  test("shows the next frame after a broken frame from the source", async () => {
    await using broadcast = await TestBroadcast.open();
    const { page } = await openPage(browser, broadcast.url);
    broadcast.publish();
    await expect.poll(() => shownFrame(page, frameHeight)).toBe(0);
    const broken: EncodedImageSample = await asJpeg(broadcast.draw(1));
    broadcast.upload({ ...broken, data: broken.data.subarray(0, 20) });
    broadcast.publish();
    await expect.poll(() => shownFrame(page, frameHeight)).toBe(1);
    await page.close();
  });
});
