import { BroadcastImageCodec, type EncodedImageSample, type ImageSample } from "@broadcast-ipc/image-codec";
import { socketPath } from "@broadcast-ipc/ipc-channel";
import { LiveView } from "@broadcast-ipc/live-view";
import { BroadcastReceiver } from "@broadcast-ipc/receiver";
import { BroadcastUploader } from "@broadcast-ipc/uploader";
import { PageLink } from "../../src/page-link.ts";
import { PageServer } from "../../src/page-server.ts";
import { TestPattern } from "../../src/synthetic/test-pattern.ts";

/** Size of the frames in pixels. */
export const frameWidth = 640;
export const frameHeight = 360;

const jpegCodec = new BroadcastImageCodec({ encoding: "jpeg", quality: 90 });
let paths = 0;

/** Serves the built page, and uploads frames to its viewers. */
export class TestBroadcast implements AsyncDisposable {
  readonly view: LiveView;
  readonly link: PageLink;
  readonly server: PageServer;
  readonly #uploader: BroadcastUploader;
  readonly #receiver: BroadcastReceiver;
  readonly #pattern = new TestPattern(frameWidth, frameHeight);
  #frame = -1;
  #timer: NodeJS.Timeout | undefined;

  private constructor(
    uploader: BroadcastUploader,
    receiver: BroadcastReceiver,
    view: LiveView,
    server: PageServer,
  ) {
    this.#uploader = uploader;
    this.#receiver = receiver;
    this.view = view;
    this.link = new PageLink(view);
    this.server = server;
  }

  static async open(): Promise<TestBroadcast> {
    const path = socketPath(`demo-test-${process.pid}-${++paths}`);
    const accepted = BroadcastReceiver.accept(path, { decode: false, demand: { video: null, audio: null } });
    const uploader = await BroadcastUploader.connect(path, { reconnect: false });
    const receiver = await accepted;
    // Frames arrive even before a viewer wants them, so that a test can upload frames at once.
    const view = new LiveView(receiver, {
      authorize: () => ({ watch: true, control: true }),
      idleDemand: {},
    });
    return new TestBroadcast(uploader, receiver, view, await PageServer.listen({ port: 0, view }));
  }

  /** Address of the page. */
  get url(): string {
    return this.server.url;
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

  upload(sample: ImageSample | EncodedImageSample): void {
    void this.#uploader.upload(sample);
  }

  /** Uploads the next frame, transformed by `change`. */
  publish(change: (sample: ImageSample) => ImageSample | EncodedImageSample = (sample) => sample): void {
    this.upload(change(this.draw(++this.#frame)));
  }

  /** Uploads a frame at every interval of `milliseconds`. */
  start(milliseconds = 20): void {
    this.#timer = setInterval(() => this.publish(), milliseconds);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Closes the page's server and its viewers. */
  async close(): Promise<void> {
    this.stop();
    await Promise.all([this.view.close(), this.server.close()]);
    await Promise.all([this.#uploader.close(), this.#receiver.close()]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Compresses a frame to JPEG. */
export async function asJpeg(sample: ImageSample): Promise<EncodedImageSample> {
  const { data } = await jpegCodec.encode(sample);
  const { codedWidth, codedHeight, timestamp } = sample;
  return { type: "image", encoding: "jpeg", codedWidth, codedHeight, data, timestamp };
}
