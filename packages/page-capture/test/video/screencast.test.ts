import type { EncodedImageSample } from "@broadcast-ipc/image-codec";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openTarget } from "../../src/browser/open-target.ts";
import type { PageTarget } from "../../src/browser/page-target.ts";
import { Screencast } from "../../src/video/screencast.ts";
import { noFrames } from "../../src/video/screencast-counts.ts";
import { type DrivenPage, drive, drivers } from "../support/drivers.ts";
import { isSkipped } from "../support/find-browser.ts";

const settings = { format: "jpeg", quality: 80, maxFps: 30 } as const;
const html = (body: string) => `data:text/html,${encodeURIComponent(body)}`;

describe.skipIf(isSkipped).each(drivers)("Screencast with %s", (driver) => {
  let driven: DrivenPage;
  let target: PageTarget;
  let screencast: Screencast;
  let samples: EncodedImageSample[];
  const counts = noFrames();
  const last = () => samples.at(-1);

  beforeEach(async () => {
    driven = await drive(driver);
    target = await openTarget(driven.page);
    samples = [];
    screencast = new Screencast(target.session, { onFrame: (sample) => samples.push(sample), counts });
  });
  afterEach(async () => {
    await screencast.close();
    await driven[Symbol.asyncDispose]();
  });

  /** Returns the mean red, green and blue of the last frame, each from 0 to 255. */
  async function color(): Promise<number[]> {
    const sample = last();
    if (!sample) return [];
    const { channels } = await sharp(sample.data).stats();
    return channels.slice(0, 3).map(({ mean }) => Math.round(mean));
  }

  const paint = (value: string) => driven.evaluate(`void (document.body.style.background = "${value}")`);

  test("delivers a still page at its size, follows the size, scales, and changes the format", async () => {
    await driven.goto(html("<body style='background: blue'>"));
    await screencast.show(settings);
    await expect.poll(color).toEqual([0, 0, 254]);
    expect(last()).toMatchObject({ encoding: "jpeg", codedWidth: 320, codedHeight: 240 });
    expect(last()?.data.byteOffset).toBe(0);
    expect(screencast.viewport).toEqual({ width: 320, height: 240 });
    await driven.resize(400, 200);
    await expect.poll(last).toMatchObject({ codedWidth: 400, codedHeight: 200 });
    await screencast.show({ ...settings, maxWidth: 100 });
    await expect.poll(last).toMatchObject({ codedWidth: 100, codedHeight: 50 });
    expect(screencast.viewport).toEqual({ width: 400, height: 200 });
    await screencast.show({ ...settings, format: "png" });
    await expect.poll(last).toMatchObject({ encoding: "png", codedWidth: 400, codedHeight: 200 });
    expect(await color()).toEqual([0, 0, 255]);
  });

  test("delivers the newest state after many changes that the blocked process could not follow", async () => {
    await driven.goto(html("<body style='background: red'>"));
    await screencast.show(settings);
    await expect.poll(color).toEqual([254, 0, 0]);
    await driven.evaluate(`{
      let changes = 0;
      const timer = setInterval(() => {
        document.body.style.background = ["red", "lime"][changes % 2];
        if (++changes < 20) return;
        clearInterval(timer);
        document.body.style.background = "blue";
      }, 20);
    }`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);
    await expect.poll(color, { interval: 10 }).toEqual([0, 0, 254]);
  });

  test("captures nothing while it is stopped, and the current state after that", async () => {
    await driven.goto(html("<body style='background: red'>"));
    await screencast.show(settings);
    await expect.poll(color).toEqual([254, 0, 0]);
    let frames = 0;
    target.session.on("Page.screencastFrame", () => frames++);
    await screencast.show(undefined);
    frames = 0;
    for (const value of ["lime", "black", "lime"]) {
      await paint(value);
      await driven.evaluate(
        "new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))",
      );
    }
    expect(frames).toBe(0);
    await screencast.show(settings);
    await expect.poll(color).toEqual([0, 255, 1]);
  });

  test("delivers frames after navigations to other sites", async () => {
    await screencast.show(settings);
    for (const [index, value] of ["red", "blue", "red", "blue"].entries()) {
      await driven.goto(index % 2 ? html(`<body style='background: ${value}'>`) : "about:blank");
      await paint(value);
      await expect.poll(color).toEqual(value === "red" ? [254, 0, 0] : [0, 0, 254]);
    }
  });

  test("lets the browser capture about as many frames as are wanted", async () => {
    await driven.goto(
      html(
        "<script>let n = 0; setInterval(() => (document.body.style.background = 'hsl(' + (n += 7) + ' 90% 50%)'), 16)</script><body>",
      ),
    );
    await screencast.show({ ...settings, maxFps: 5 });
    await expect.poll(() => samples.length).toBeGreaterThan(0);
    const { captured, delivered } = counts;
    const start = performance.now();
    await expect.poll(() => counts.delivered - delivered, { timeout: 10_000 }).toBe(10);
    const seconds = (performance.now() - start) / 1000;
    expect(10 / seconds).toBeLessThan(7);
    expect((counts.captured - captured) / seconds).toBeLessThan(20);
  });
});
