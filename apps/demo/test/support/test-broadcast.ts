import { BroadcastImageCodec, type EncodedImageSample, type ImageSample } from "@broadcast-ipc/image-codec";
import { LivePage } from "../../src/live-page.ts";
import { TestPattern } from "../../src/synthetic/test-pattern.ts";

/** Size of the frames in pixels. */
export const frameWidth = 640;
export const frameHeight = 360;

const jpegCodec = new BroadcastImageCodec({ encoding: "jpeg", quality: 90 });

/** Serves the built page and publishes frames to its viewers. */
export class TestBroadcast implements AsyncDisposable {
  readonly page: LivePage;
  readonly #pattern = new TestPattern(frameWidth, frameHeight);
  #frame = -1;
  #timer: NodeJS.Timeout | undefined;

  private constructor(page: LivePage) {
    this.page = page;
  }

  static async open(): Promise<TestBroadcast> {
    const description = { source: "a test", encoding: "raw", audio: false };
    return new TestBroadcast(await LivePage.listen({ port: 0, description }));
  }

  /** Number of the newest frame. */
  get frame(): number {
    return this.#frame;
  }

  /** Draws the frame with the number `frame`. */
  draw(frame: number): ImageSample {
    const data = new Uint8Array(frameWidth * frameHeight * 4);
    this.#pattern.draw(data, frame, 1e12 + frame * 20);
    const timestamp = Number(process.hrtime.bigint() / 1_000n);
    const size = { codedWidth: frameWidth, codedHeight: frameHeight };
    return { type: "image", format: "RGBA", ...size, data, timestamp };
  }

  /** Publishes the next frame, transformed by `change`. */
  publish(change: (sample: ImageSample) => ImageSample | EncodedImageSample = (sample) => sample): void {
    this.page.publish(change(this.draw(++this.#frame)));
  }

  /** Publishes a frame at every interval of `milliseconds`. */
  start(milliseconds = 20): void {
    this.#timer = setInterval(() => this.publish(), milliseconds);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    await this.page.close();
  }
}

/** Compresses a frame to JPEG. */
export async function asJpeg(sample: ImageSample): Promise<EncodedImageSample> {
  const { data } = await jpegCodec.encode(sample);
  const { codedWidth, codedHeight, timestamp } = sample;
  return { type: "image", encoding: "jpeg", codedWidth, codedHeight, data, timestamp };
}
