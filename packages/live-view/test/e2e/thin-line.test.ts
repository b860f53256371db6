import type { EncodedImageSample } from "@broadcast-ipc/image-codec";
import sharp from "sharp";
import { expect, test } from "vitest";
import { openView } from "../support/open-view.ts";
import { openThinLine } from "../support/thin-line.ts";
import { ViewClient } from "../support/view-client.ts";

const width = 1280;
const height = 720;

/** A JPEG of about 170 kB, as a page with photographs has. */
async function photograph(): Promise<Buffer> {
  const size = { width: 320, height: 180 };
  const noise = Buffer.from(
    new Uint8Array(size.width * size.height * 3).map((_, at) => (Math.imul(at, 2_654_435_761) >>> 21) & 255),
  );
  return sharp(noise, { raw: { ...size, channels: 3 } })
    .resize(width, height)
    .jpeg({ quality: 60 })
    .toBuffer();
}

test("sends smaller and coarser frames over a line of 100 kB/s, and at least five a second", async () => {
  const { url, uploader, view } = await openView();
  const data = await photograph();
  expect(data.byteLength).toBeGreaterThan(120_000);
  const client = await ViewClient.watch(await openThinLine(url, 100_000), { encoding: "auto" });
  const full = await ViewClient.watch(url, { encoding: "auto" });
  let timestamp = 0;
  const upload = setInterval(() => {
    const frame: EncodedImageSample = {
      type: "image",
      encoding: "jpeg",
      codedWidth: width,
      codedHeight: height,
      data: Uint8Array.from(data),
      timestamp: ++timestamp,
    };
    uploader.upload(frame);
  }, 33);
  let whole = 0;
  const counting = (async () => {
    for (;;) {
      const { codedWidth } = await full.show();
      expect(codedWidth).toBe(width);
      whole++;
    }
  })().catch(() => {});
  const sizes: number[] = [];
  const start = performance.now();
  // The first frames are of full size and take seconds.
  while (performance.now() - start < 5_000) sizes.push((await client.show()).codedWidth);
  const [first] = sizes;
  expect(first).toBe(width);
  let count = 0;
  const settled = performance.now();
  while (performance.now() - settled < 2_000) {
    await client.show();
    count++;
  }
  clearInterval(upload);
  const [viewer, other] = [...view.viewers];
  expect(count / 2).toBeGreaterThanOrEqual(5);
  expect(viewer?.stats().step).toBeGreaterThan(2);
  expect(other?.stats().step).toBe(0);
  // The page stands still now, so the viewer gets a better image.
  const [small] = sizes.slice(-1);
  let last = small ?? 0;
  while (last === small) last = (await client.show()).codedWidth;
  expect(last).toBeGreaterThan(small ?? 0);
  full.socket.terminate();
  await counting;
  expect(whole).toBeGreaterThan(50);
});
