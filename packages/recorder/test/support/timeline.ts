import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { ReceivedImageSample, Sample } from "@broadcast-ipc/receiver";
import sharp from "sharp";
import { drawFrameCode } from "./frame-code.ts";

/** Creates a grey RGBA frame with the code of its number. */
export function numberedFrame(
  number: number,
  timestamp: number,
  width = 320,
  height = 180,
): ReceivedImageSample {
  const data = new Uint8Array(width * height * 4).fill(100 + (number % 50));
  drawFrameCode(data, width, height, number);
  return {
    ...{ type: "image", format: "RGBA", codedWidth: width, codedHeight: height, data, timestamp },
    [Symbol.dispose]() {},
  };
}

/** Creates a {@link numberedFrame} as JPEG. */
export async function numberedJpeg(...frame: Parameters<typeof numberedFrame>): Promise<ReceivedImageSample> {
  const { codedWidth, codedHeight, data, timestamp } = numberedFrame(...frame);
  const raw = { width: codedWidth, height: codedHeight, channels: 4 } as const;
  const jpeg = await sharp(data, { raw }).removeAlpha().jpeg({ quality: 90 }).toBuffer();
  return {
    ...{ type: "image", encoding: "jpeg", codedWidth, codedHeight, data: jpeg, timestamp },
    [Symbol.dispose]() {},
  };
}

/** Yields a 440 Hz tone from `from` to `to`, both in microseconds, in samples of 20 ms. */
export function* tone(
  from: number,
  to: number,
  sampleRate = 48_000,
  channels = 2,
): Generator<AudioSample & Disposable> {
  const numberOfFrames = sampleRate / 50;
  const format = { format: "s16", sampleRate, numberOfChannels: channels } as const;
  for (let timestamp = from, frame = 0; timestamp < to; timestamp += 20_000, frame += numberOfFrames) {
    const values = new Int16Array(numberOfFrames * channels).map((_, index) => {
      const seconds = (frame + Math.floor(index / channels)) / sampleRate;
      return Math.round(3277 * Math.sin(2 * Math.PI * 440 * seconds));
    });
    const data = new Uint8Array(values.buffer);
    yield { type: "audio", ...format, numberOfFrames, data, timestamp, [Symbol.dispose]() {} };
  }
}

/** Sorts samples by timestamp. At the same timestamp, audio comes before frames. */
export function inOrder(...samples: readonly Sample[]): Sample[] {
  const isFrame = (sample: Sample) => Number(sample.type === "image");
  return samples.toSorted((a, b) => a.timestamp - b.timestamp || isFrame(a) - isFrame(b));
}
