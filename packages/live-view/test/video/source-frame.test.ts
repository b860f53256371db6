import { BroadcastImageCodec } from "@broadcast-ipc/image-codec";
import { expect, test } from "vitest";
import { type Look, renditionOf } from "../../src/video/look.ts";
import { SourceFrame } from "../../src/video/source-frame.ts";
import { raw } from "../support/open-view.ts";

const size = { codedWidth: 64, codedHeight: 48 };

function open(data = new Uint8Array(64 * 48 * 4)) {
  let disposals = 0;
  const sample = { ...raw(1), ...size, data, [Symbol.dispose]: () => disposals++ };
  const frame = new SourceFrame(1, sample, new BroadcastImageCodec(), () => {});
  const rendition = (look: Partial<Look>) =>
    renditionOf({ encoding: "raw", scale: 1, ...look }, sample, frame.encoding);
  return { frame, rendition, disposals: () => disposals };
}

test("disposes the sample once, after its owner and the last read have ended", async () => {
  const { frame, disposals } = open();
  const ends: (() => void)[] = [];
  const reads = [1, 2].map(() => frame.read(() => new Promise<void>((resolve) => ends.push(resolve))));
  frame[Symbol.dispose]();
  frame[Symbol.dispose]();
  ends[0]?.();
  await reads[0];
  expect(disposals()).toBe(0);
  ends[1]?.();
  await reads[1];
  expect(disposals()).toBe(1);
  await expect(frame.read(() => {})).rejects.toThrow("frame 1 was disposed before it was read");
  expect(disposals()).toBe(1);
});

test.each([
  ["rejects", () => Promise.reject(new Error("it failed"))],
  [
    "throws",
    () => {
      throw new Error("it failed");
    },
  ],
])("ends a read that %s", async (_, use) => {
  const { frame, disposals } = open();
  const read = frame.read(use);
  frame[Symbol.dispose]();
  await expect(read).rejects.toThrow("it failed");
  expect(disposals()).toBe(1);
});

test("keeps the sample while its own bytes are sent, and not while others are", async () => {
  for (const [look, isKept] of [
    [{}, true],
    // The scaled size rounds to the full size.
    [{ scale: 0.999 }, true],
    [{ scale: 0.5 }, false],
    [{ encoding: "jpeg" }, false],
  ] as const) {
    const { frame, rendition, disposals } = open();
    const encoded = await frame.encode(rendition(look));
    let end = () => {};
    const sent = frame.send(
      encoded,
      () =>
        new Promise((resolve) => {
          end = resolve;
        }),
    );
    frame[Symbol.dispose]();
    expect(disposals()).toBe(isKept ? 0 : 1);
    end();
    await sent;
    expect(disposals()).toBe(1);
  }
});

test("disposes a sample that cannot be encoded", async () => {
  const { frame, rendition, disposals } = open(new Uint8Array(3));
  const read = frame.read(() => frame.encode(rendition({ encoding: "jpeg" })));
  frame[Symbol.dispose]();
  await expect(read).rejects.toMatchObject({ code: "ERR_IMAGE_DATA_TOO_SHORT" });
  expect(disposals()).toBe(1);
});
