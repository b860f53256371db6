import { DeltaStream } from "./delta-stream.ts";
import type { EncodeJob } from "./encode-queue.ts";
import type { FrameRequest } from "./frame-request.ts";
import { type Rendition, renditionOf } from "./look.ts";
import type { SourceFrame } from "./source-frame.ts";

/** What a {@link RenditionStream} needs from the frames' owner. */
interface StreamOwner {
  readonly newest: SourceFrame | undefined;
  /** Called for a request whose frame has another rendition by now. */
  request(request: FrameRequest): void;
  /** Called before each frame that is encoded as a delta. */
  readonly onEncode: () => void;
}

/** Encodes frames for all viewers that want the same rendition. Each turn encodes the newest frame for all of them. */
export class RenditionStream implements EncodeJob {
  readonly #rendition: Rendition;
  readonly #owner: StreamOwner;
  readonly #deltas: DeltaStream | undefined;
  #waiting: FrameRequest[] = [];

  constructor(rendition: Rendition, owner: StreamOwner) {
    this.#rendition = rendition;
    this.#owner = owner;
    this.#deltas = rendition.isDelta ? new DeltaStream(rendition, owner.onEncode) : undefined;
  }

  /** Adds a request for the next turn. */
  add(request: FrameRequest): void {
    this.#waiting.push(request);
  }

  /** Encodes the newest frame and answers all requests, also those that arrive meanwhile. */
  async run(): Promise<void> {
    const frame = this.#owner.newest;
    if (frame) this.#passOn(frame);
    if (!frame || this.#waiting.length === 0) return;
    await frame.read(() => this.#answer(frame));
  }

  async #answer(frame: SourceFrame): Promise<void> {
    try {
      if (this.#deltas) await this.#sendDelta(frame, this.#deltas);
      else {
        const encoded = await frame.encode(this.#rendition);
        for (const request of this.#take(frame)) request.onFrame({ frame, encoded });
      }
    } catch (error) {
      for (const request of this.#take(frame)) request.onFailure(frame, error);
    }
  }

  async #sendDelta(frame: SourceFrame, deltas: DeltaStream): Promise<void> {
    await deltas.advance(
      frame,
      this.#waiting.map(({ base }) => base),
    );
    await Promise.all(
      this.#take(frame).map(async (request) => {
        try {
          request.onFrame(await deltas.deliver(request.base));
        } catch (error) {
          request.onFailure(frame, error);
        }
      }),
    );
  }

  /** Removes and returns the requests that a frame answers. The others need a newer frame, so they wait for another turn. */
  #take(frame: SourceFrame): FrameRequest[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const request of waiting) if (request.after >= frame.number) this.#owner.request(request);
    return waiting.filter(({ after }) => after < frame.number);
  }

  /** Passes on the requests for which the newest frame has another rendition, because the source has changed its size. */
  #passOn(frame: SourceFrame): void {
    const isOwn = ({ look }: FrameRequest) =>
      renditionOf(look, frame.sample, frame.encoding).key === this.#rendition.key;
    const waiting = this.#waiting;
    this.#waiting = waiting.filter(isOwn);
    for (const request of waiting) if (!isOwn(request)) this.#owner.request(request);
  }
}
