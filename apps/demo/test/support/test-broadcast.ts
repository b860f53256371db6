import { BroadcastImageCodec, type EncodedImageSample, type ImageSample } from "@broadcast-ipc/image-codec";
import { LivePage } from "../../src/live-page.ts";
import { TestPattern } from "../../src/synthetic/test-pattern.ts";

/** Of its pictures, in pixels. */
export const pictureWidth = 640;
export const pictureHeight = 360;

const jpegCodec = new BroadcastImageCodec({ encoding: "jpeg", quality: 90 });

/** The built page, and pictures that this process publishes on it. */
export class TestBroadcast implements AsyncDisposable {
  readonly page: LivePage;
  readonly #pattern = new TestPattern(pictureWidth, pictureHeight);
  #frame = -1;
  #timer: NodeJS.Timeout | undefined;

  private constructor(page: LivePage) {
    this.page = page;
  }

  static async open(): Promise<TestBroadcast> {
    const description = { source: "a test", encoding: "raw", sound: false };
    return new TestBroadcast(await LivePage.listen({ port: 0, description }));
  }

  /** The number of the newest frame. */
  get frame(): number {
    return this.#frame;
  }

  /** The picture of a frame as it was drawn. */
  draw(frame: number): ImageSample {
    const data = new Uint8Array(pictureWidth * pictureHeight * 4);
    this.#pattern.draw(data, frame, 1e12 + frame * 20);
    const timestamp = Number(process.hrtime.bigint() / 1_000n);
    const size = { codedWidth: pictureWidth, codedHeight: pictureHeight };
    return { type: "image", format: "RGBA", ...size, data, timestamp };
  }

  /** Publishes the next frame, as `change` makes it. */
  publish(change: (sample: ImageSample) => ImageSample | EncodedImageSample = (sample) => sample): void {
    this.page.publish(change(this.draw(++this.#frame)));
  }

  /** Publishes frames all the time. */
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

/** A picture as a source of JPEGs has it. */
export async function asJpeg(sample: ImageSample): Promise<EncodedImageSample> {
  const { data } = await jpegCodec.encode(sample);
  const { codedWidth, codedHeight, timestamp } = sample;
  return { type: "image", encoding: "jpeg", codedWidth, codedHeight, data, timestamp };
}
