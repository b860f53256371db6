import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { ReceivedImageSample, Sample } from "@broadcast-ipc/receiver";
import sharp from "sharp";
import { drawFrameCode } from "../../../../apps/demo/src/synthetic/frame-code.ts";
import { Tone } from "../../../../apps/demo/src/synthetic/tone.ts";

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
  const source = new Tone(sampleRate, channels);
  for (let timestamp = from; timestamp < to; timestamp += 20_000) {
    const numberOfFrames = sampleRate / 50;
    const data = source.next(numberOfFrames);
    const format = { format: "s16", sampleRate, numberOfChannels: channels } as const;
    yield { type: "audio", ...format, numberOfFrames, data, timestamp, [Symbol.dispose]() {} };
  }
}

/** Sorts samples by timestamp. At the same timestamp, audio comes before frames. */
export function inOrder(...samples: readonly Sample[]): Sample[] {
  const isFrame = (sample: Sample) => Number(sample.type === "image");
  return samples.toSorted((a, b) => a.timestamp - b.timestamp || isFrame(a) - isFrame(b));
}
