import { BroadcastImageCodec } from "@broadcast-ipc/image-codec";
import { expect, test } from "vitest";
import { colorsAt, describeInBrowser, inView, quarters, untilState } from "./support/test-browser.ts";
import { type Color, compressed, corners, orientedJpeg, rawFrame, sampleOf } from "./support/test-frames.ts";
import { TestServer } from "./support/test-server.ts";

/** Expects the colours of the four quarters, with the error of a lossy encoding. */
function expectColors(found: readonly Color[], expected: readonly (Color | undefined)[]): void {
  const distances = found.flatMap((color, index) =>
    color.map((value, channel) => Math.abs(value - (expected[index]?.[channel] ?? Number.NaN))),
  );
  expect(Math.max(...distances), `${JSON.stringify(found)}`).toBeLessThan(12);
}

describeInBrowser("<broadcast-view> draws", (open) => {
  test("raw, JPEG, PNG and WebP frames, and acknowledges each after it is drawn", async () => {
    await using server = await TestServer.open();
    const { page, complaints } = await open(server);
    const viewer = await server.viewer();
    expect(await viewer.next("demand")).toEqual({ type: "demand", encoding: "auto" });
    viewer.hello();
    const reversed = corners.toReversed();
    const frames = [
      rawFrame(64, 36),
      await compressed(rawFrame(64, 36, reversed), "jpeg"),
      await compressed(rawFrame(64, 36), "png"),
      await compressed(rawFrame(64, 36, reversed), "webp"),
      ...(["BGRA", "RGBX", "BGRX", "RGB"] as const).map((format) => rawFrame(64, 36, corners, format)),
    ];
    for (const [index, { metadata, data }] of frames.entries()) {
      const sequence = viewer.frame(metadata, data);
      expect(await viewer.next("shown")).toEqual({ type: "shown", sequence });
      expectColors(await colorsAt(page, quarters), index === 1 || index === 3 ? reversed : corners);
    }
    await untilState(page, "live");
    expect(complaints).toEqual([]);
  });

  test("I420 and NV12 frames", async () => {
    await using server = await TestServer.open();
    const { page, complaints } = await open(server);
    const viewer = await server.viewer();
    for (const [format, chroma] of [
      ["I420", [...Array(8).fill(90), ...Array(8).fill(240)]],
      ["NV12", Array(8).fill([90, 240]).flat()],
    ] as const) {
      const data = Uint8Array.from([...Array(32).fill(81), ...chroma]);
      viewer.frame({ format, codedWidth: 8, codedHeight: 4 }, data);
      await viewer.next("shown");
      const [color] = await colorsAt(page, [[0.5, 0.5]]);
      // Y 81, U 90, V 240 are red in BT.709.
      expect(color?.[0]).toBeGreaterThan(230);
      expect(Math.max(color?.[1] ?? 255, color?.[2] ?? 255)).toBeLessThan(40);
    }
    expect(complaints).toEqual([]);
  });

  const [topLeft, topRight, bottomLeft, bottomRight] = corners;
  test.each([
    [0, [topLeft, topRight, bottomLeft, bottomRight]],
    [90, [bottomLeft, topLeft, bottomRight, topRight]],
    [180, [bottomRight, bottomLeft, topRight, topLeft]],
    [270, [topRight, bottomRight, topLeft, bottomLeft]],
  ] as const)("frames with rotation %i", async (rotation, expected) => {
    await using server = await TestServer.open();
    const { page } = await open(server);
    const viewer = await server.viewer();
    for (const { metadata, data } of [rawFrame(64, 36), await compressed(rawFrame(64, 36), "png")]) {
      viewer.frame({ ...metadata, rotation }, data);
      await viewer.next("shown");
      expectColors(await colorsAt(page, quarters), expected);
      const size = rotation % 180 === 0 ? [64, 36] : [36, 64];
      const canvas = `view.shadowRoot.querySelector("canvas")`;
      expect(await inView(page, `[${canvas}.width, ${canvas}.height]`)).toEqual(size);
    }
  });

  test("JPEG frames without the orientation in their EXIF data", async () => {
    await using server = await TestServer.open();
    const { page } = await open(server);
    const viewer = await server.viewer();
    const { metadata, data } = orientedJpeg(await compressed(rawFrame(64, 36), "jpeg"), 6);
    viewer.frame(metadata, data);
    await viewer.next("shown");
    expectColors(await colorsAt(page, quarters), corners);
  });

  test.each([
    ["jpeg", "jpeg"],
    ["deflate", "lossless"],
  ] as const)("deltas with regions coded as %s", async (coding, deltaRegions) => {
    await using server = await TestServer.open();
    const { page, complaints } = await open(server);
    const viewer = await server.viewer();
    const codec = new BroadcastImageCodec({ encoding: "delta", deltaRegions, quality: 95 });
    // The second frame changes only the bottom right quarter.
    for (const colors of [corners, [...corners.slice(0, 3), [250, 250, 250]] as Color[]]) {
      const { metadata, data } = await codec.encode(sampleOf(rawFrame(128, 128, colors)));
      expect(metadata).toMatchObject({ encoding: "delta", delta: { coding } });
      viewer.frame(metadata, data);
      await viewer.next("shown");
      expectColors(await colorsAt(page, quarters), colors);
    }
    expect(complaints).toEqual([]);
  });

  test("no delta whose base is missing, and asks for a key frame at most once a second", async () => {
    await using server = await TestServer.open();
    const { page } = await open(server);
    const viewer = await server.viewer();
    await inView(page, `view.addEventListener("error", ({ detail }) => (window.errors ??= []).push(detail))`);
    const codec = new BroadcastImageCodec({ encoding: "delta" });
    await codec.encode(sampleOf(rawFrame(128, 128)));
    const changed = rawFrame(128, 128, [...corners.slice(0, 3), [250, 250, 250]] as Color[]);
    const { metadata, data } = await codec.encode(sampleOf(changed));
    for (let count = 0; count < 5; count++) {
      viewer.frame(metadata, data);
      await viewer.next("shown");
    }
    expect(viewer.messages.filter(({ type }) => type === "refresh")).toHaveLength(1);
    const errors = await page.evaluate<object[]>("window.errors");
    expect(errors).toEqual([
      { code: "ERR_VIEW_FRAME", message: expect.stringContaining("is based on frame") },
    ]);
    expect(await inView(page, "view.state")).toBe("connecting");
    const whole = rawFrame(64, 36);
    viewer.frame(whole.metadata, whole.data);
    await untilState(page, "live");
  });

  test.each([
    ["raw", { format: "RGBA", codedWidth: 64, codedHeight: 36 }],
    ["jpeg", { encoding: "jpeg", codedWidth: 64, codedHeight: 36 }],
    ["a broken layout of I420", { format: "I420", codedWidth: 64, codedHeight: 36, layout: [] }],
  ])("the next frame after a frame with wrong data (%s)", async (_, metadata) => {
    await using server = await TestServer.open();
    const { page } = await open(server);
    const viewer = await server.viewer();
    viewer.frame(metadata, Uint8Array.of(1, 2, 3));
    viewer.frame(metadata, new Uint8Array(0));
    const whole = rawFrame(64, 36);
    const sequence = viewer.frame(whole.metadata, whole.data);
    while ((await viewer.next("shown")).sequence < sequence);
    expectColors(await colorsAt(page, quarters), corners);
    expect(viewer.messages.filter(({ type }) => type === "refresh")).toHaveLength(1);
  });
});
