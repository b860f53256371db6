import type { ImageSample } from "@broadcast-ipc/image-codec";
import type { BroadcastUploader, UploaderStats } from "@broadcast-ipc/uploader";
import { expect, test } from "vitest";
import { RecordingUploader } from "../src/recording-uploader.ts";

const audio = {
  type: "audio",
  format: "s16",
  sampleRate: 48_000,
  numberOfChannels: 2,
  numberOfFrames: 1,
  data: new Uint8Array(4),
  timestamp: 0,
} as const;

/** Creates a frame that adds its timestamp to `disposed` when it is disposed. */
function frame(timestamp: number) {
  const sample: ImageSample & Disposable = {
    type: "image",
    format: "RGBA",
    codedWidth: 1,
    codedHeight: 1,
    data: new Uint8Array(4),
    timestamp,
    [Symbol.dispose]: () => disposed.push(timestamp),
  };
  return sample;
}
const disposed: number[] = [];

test("leaves out frames over the pending limit, counts frames that close() does not send, and uploads all audio", async () => {
  const taken: number[] = [];
  let pending = 0;
  const recording = new RecordingUploader({
    upload: async ({ timestamp }) => {
      taken.push(timestamp);
      pending++;
      return "sent";
    },
    stats: () => ({ video: { pending, encoded: 9, consumed: 7 } }) as UploaderStats,
    close: async () => {
      pending = 0;
    },
  } satisfies Pick<BroadcastUploader, "upload" | "stats" | "close">);
  for (let timestamp = 1; timestamp <= 62; timestamp++) await recording.upload(frame(timestamp));
  expect(taken.length).toBe(60);
  expect(disposed).toEqual([61, 62]);
  expect(recording.leftOut).toBe(2);

  pending = 59;
  await recording.upload(frame(63));
  await recording.upload(audio);
  expect(taken.slice(-2)).toEqual([63, 0]);
  expect(recording.leftOut).toBe(2);

  pending = 10;
  await recording.close();
  expect(recording.leftOut).toBe(10);
});
