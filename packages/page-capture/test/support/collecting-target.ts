import { EventEmitter } from "node:events";
import type { EncodedImageSample } from "@broadcast-ipc/image-codec";
import type { Demand, InputMessage, PageNotice, UploadOutcome, VideoDemand } from "@broadcast-ipc/protocol";
import sharp from "sharp";
import type { CaptureTarget } from "../../src/capture-target.ts";

/** An uploader without a connection: keeps frames and notices, and hands out inputs. */
export class CollectingTarget extends EventEmitter implements CaptureTarget {
  demand: Demand | undefined = { video: {}, audio: null };
  readonly samples: EncodedImageSample[] = [];
  readonly notices: PageNotice[] = [];
  readonly closed: Promise<void>;
  close = (): void => {};
  readonly #inputs: unknown[] = [];

  constructor() {
    super();
    this.closed = new Promise((resolve) => {
      this.close = resolve;
    });
  }

  get last(): EncodedImageSample | undefined {
    return this.samples.at(-1);
  }

  want(video: VideoDemand | null | undefined): void {
    this.demand = video === undefined ? undefined : { video, audio: null };
    this.emit("demand");
  }

  async upload(sample: EncodedImageSample): Promise<UploadOutcome> {
    this.samples.push(sample);
    return "sent";
  }

  async send(_type: string, notice: unknown): Promise<void> {
    this.notices.push(notice as PageNotice);
  }

  input(message: InputMessage | object): void {
    this.#inputs.push(message);
    this.emit("input");
  }

  async *messages({ signal }: { readonly signal: AbortSignal }): AsyncGenerator<{ readonly data: unknown }> {
    while (!signal.aborted) {
      while (this.#inputs.length > 0) yield { data: this.#inputs.shift() };
      await new Promise<void>((resolve) => {
        this.once("input", resolve);
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    }
  }

  /** Returns the mean red, green and blue of the last frame, each from 0 to 255. */
  async color(): Promise<number[]> {
    const { last } = this;
    if (!last) return [];
    const { channels } = await sharp(last.data).stats();
    return channels.slice(0, 3).map(({ mean }) => Math.round(mean));
  }
}
