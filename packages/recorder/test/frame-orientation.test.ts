import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pixelFormats, type Rotation } from "@broadcast-ipc/image-codec";
import type { ReceivedImageSample } from "@broadcast-ipc/receiver";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { uprightSize } from "../src/rotate-pixels.ts";
import { recordAndDecode } from "./support/decoded-pixels.ts";
import { isMissing } from "./support/is-missing.ts";
import { exif, withSegments } from "./support/jpeg-segments.ts";
import { cornerError, cornersAfter, markedFrame, markedJpeg } from "./support/marked-frame.ts";

const rotations: readonly Rotation[] = [0, 90, 180, 270];
const orientations = [1, 2, 3, 4, 5, 6, 7, 8];

/** The largest difference of a colour after compression. Another corner differs by more than 100. */
const tolerance = 12;

const firstFrames = {
  "a raw frame": (rotation: Rotation) => markedFrame("BGRA", { timestamp: 0, rotation }),
  "a JPEG": (rotation: Rotation) => markedJpeg({ timestamp: 0, rotation }),
  "a JPEG with EXIF orientation 6": (rotation: Rotation) =>
    markedJpeg({ timestamp: 0, rotation }, (jpeg) => withSegments(jpeg, exif(6))),
};

/** Frames in all rotations: raw, JPEG, and JPEG with each EXIF orientation in both byte orders. */
async function* turningFrames(): AsyncGenerator<ReceivedImageSample> {
  let timestamp = 0;
  const next = () => (timestamp += 40_000);
  for (const rotation of rotations) {
    for (const format of pixelFormats) yield await markedFrame(format, { timestamp: next(), rotation });
    yield await markedJpeg({ timestamp: next(), rotation });
    for (const orientation of orientations)
      for (const order of ["big", "little"] as const)
        yield await markedJpeg({ timestamp: next(), rotation }, (jpeg) =>
          withSegments(jpeg, exif(orientation, order)),
        );
  }
}

describe.skipIf(isMissing("ffmpeg"))("orientation of recorded frames", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "orientation-test-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const cases = Object.keys(firstFrames).flatMap((first) =>
    rotations.map((rotation) => [first, rotation] as const),
  );

  test.each(cases)(
    "every frame is upright and ignores EXIF after %s with rotation %i, as are all pixel formats",
    async (first, rotation) => {
      const frames = [await firstFrames[first as keyof typeof firstFrames](rotation)];
      for await (const frame of turningFrames()) frames.push(frame);
      const path = join(folder, `${first}-${rotation}.mp4`);
      const recorded = await recordAndDecode(path, frames, uprightSize(frames[0] as ReceivedImageSample));
      expect(recorded).toHaveLength(frames.length);
      const wrong = frames.flatMap((frame, index) => {
        const error = cornerError(
          recorded[index] as (typeof recorded)[number],
          cornersAfter(frame.rotation ?? 0),
          uprightSize(frame),
        );
        const kind = "format" in frame ? frame.format : frame.encoding;
        return error <= tolerance ? [] : [`${index}: ${kind} with rotation ${frame.rotation}: ${error}`];
      });
      expect(wrong).toEqual([]);
    },
  );
});
