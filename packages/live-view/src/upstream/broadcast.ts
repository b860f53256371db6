import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { PageNotice, PeerError, Scheduler, VideoDemand } from "@broadcast-ipc/protocol";
import {
  noticeName,
  PageState,
  type ReceiverLike,
  SinkDemand,
  SourceReader,
  type SourceSample,
} from "@broadcast-ipc/receiver/sink";
import { FrameShare } from "../video/frame-share.ts";
import type { ViewerConnection } from "../viewers/viewer-connection.ts";
import type { ViewerList } from "../viewers/viewer-list.ts";
import type { AudioMessage, SilenceMessage } from "../wire/view-messages.ts";
import { combineViewers } from "./combine-viewers.ts";

/** Longest wait for a fresh frame when viewers come back, in ms. After that, the last frame is shown. */
const freshTimeout = 500;

/** Number of frames after which encodings that are not needed any more are forgotten. */
const forgetInterval = 100;

interface BroadcastOptions {
  readonly viewers: ViewerList;
  readonly scheduler: Scheduler;
  readonly idleDemand: VideoDemand | null;
  onReceiver(receiver: ReceiverLike | undefined): void;
  /** The frame's memory is kept until the promise settles. */
  onFrame(frame: SourceSample): Promise<void>;
  onFailure(error: unknown): void;
}

/** What the source sends, for all viewers: frames, audio, notices about the page, and interruptions. */
export class Broadcast {
  readonly share: FrameShare = new FrameShare();
  readonly #options: BroadcastOptions;
  readonly #demand: SinkDemand;
  readonly #page: PageState;
  #reader: SourceReader | undefined;
  #receiver: ReceiverLike | undefined;
  #silence: SilenceMessage | undefined;
  #isNew = false;
  #hasAudio = false;
  #isSameClock = true;

  constructor(source: ReceiverLike | AsyncIterable<ReceiverLike>, options: BroadcastOptions) {
    this.#options = options;
    this.#page = new PageState(() => options.scheduler.now());
    this.#demand = new SinkDemand(options.scheduler, (demand) => {
      try {
        this.#receiver?.setDemand(demand);
      } catch (error) {
        options.onFailure(error);
      }
    });
    this.#demand.set({ video: options.idleDemand, audio: null });
    this.#reader = new SourceReader(source, {
      onReceiver: (receiver) => this.#connect(receiver),
      onSample: (sample) => (sample.type === "audio" ? this.#play(sample) : this.#show(sample)),
      onNotice: (notice) => this.#notice(notice),
      onSilence: (type, reason) => this.#fallSilent({ type, reason }),
      onFailure: (error) => this.#fail(error),
    });
  }

  /** Tells a new viewer everything that it needs to know. */
  greet(viewer: ViewerConnection): void {
    this.#hello(viewer);
    if (this.#silence) viewer.tellState("silence", this.#silence);
    for (const notice of this.#page.notices) this.#tellNotice(viewer, notice);
  }

  /** Computes anew what the viewers want together. Called after a viewer's demand has changed, or a viewer has left. */
  weigh(): void {
    const viewers = [...this.#options.viewers];
    const demands = viewers.map(({ video }) => video.demand).filter((demand) => demand !== null);
    const isIdle = this.#demand.current?.video === null;
    this.#demand.set({
      video: combineViewers(demands) ?? this.#options.idleDemand,
      audio: viewers.some(({ audio }) => audio.isOn) ? {} : null,
    });
    this.#forgetStreams();
    if (isIdle && this.#demand.current?.video !== null && this.#receiver) this.#awaitFresh();
  }

  /** Tells all viewers why frames have stopped. The next frame ends the interruption. */
  interrupt(reason: string): void {
    this.#tellSilence({ type: "interrupted", reason });
  }

  /** Tells all viewers that the broadcast has ended. */
  end(reason: string): void {
    this.#tellSilence({ type: "ended", reason });
  }

  /** Stops reading. The receiver stays open. */
  close(): void {
    this.#demand.close();
    this.#reader?.close();
    this.share.close();
  }

  #connect(receiver: ReceiverLike | undefined): void {
    this.#receiver = receiver;
    this.#isNew = receiver !== undefined;
    if (receiver) {
      this.#demand.renew();
    } else {
      // Viewers are told the reason of the interruption first, so that they do not see a live video before it.
      for (const notice of this.#page.reset()) queueMicrotask(() => this.#tellNotices(notice));
    }
    this.#options.onReceiver(receiver);
  }

  #show(sample: SourceSample): void {
    const { viewers } = this.#options;
    const before = this.share.last?.sample;
    // After a change of the demand, an uploader sends its newest frame again. That is not a new frame.
    const isRepeated = !this.#isNew && sample.timestamp === before?.timestamp;
    const frame = this.share.publish(sample);
    frame.read(() => this.#options.onFrame(sample));
    const hasSameSize = before?.codedWidth === sample.codedWidth && before.codedHeight === sample.codedHeight;
    if (!hasSameSize || this.share.published % forgetInterval === 0) this.#forgetStreams();
    if (this.#isNew) this.#describe();
    if (this.#silence && !isRepeated) {
      this.#silence = undefined;
      viewers.tellState("silence", { type: "resumed", timestamp: sample.timestamp });
    }
    for (const { video } of viewers) video.wake();
  }

  /** Frees the memory of encodings that no viewer needs any more. */
  #forgetStreams(): void {
    const looks = [...this.#options.viewers].map(({ video }) => video.look);
    this.share.keepOnly(looks.filter((look) => look !== undefined));
  }

  #play(sample: AudioSample): void {
    if (!this.#hasAudio) {
      this.#hasAudio = true;
      this.#helloAll();
    }
    const { type, format, sampleRate, numberOfChannels, numberOfFrames, timestamp } = sample;
    const message: AudioMessage = { type, format, sampleRate, numberOfChannels, numberOfFrames, timestamp };
    const header = JSON.stringify(message);
    for (const viewer of this.#options.viewers) viewer.play(header, sample);
  }

  /** Learns the uploader's name and clock, which are known with the first frame. */
  #describe(): void {
    this.#isNew = false;
    this.#isSameClock = this.#receiver?.stats().age !== undefined;
    this.#helloAll();
  }

  #helloAll(): void {
    for (const viewer of this.#options.viewers) this.#hello(viewer);
  }

  #hello(viewer: ViewerConnection): void {
    viewer.tellHello({
      type: "hello",
      viewer: viewer.id,
      name: this.#receiver?.name,
      mayControl: viewer.mayControl,
      hasAudio: this.#hasAudio,
      isSameClock: this.#isSameClock,
    });
  }

  #notice(notice: PageNotice): void {
    this.#page.note(notice);
    this.#tellNotices(notice);
  }

  #tellNotices(notice: PageNotice): void {
    const { viewers } = this.#options;
    const name = noticeName(notice);
    // A picker may have thousands of options, so its text is made once for all viewers.
    if (name !== undefined) viewers.tellState(name, { type: "page", notice });
    else for (const viewer of viewers) this.#tellNotice(viewer, notice);
  }

  #tellNotice(viewer: ViewerConnection, notice: PageNotice): void {
    // A copied text is only for the viewer that asked for it.
    if (notice.kind === "copied" && notice.viewer !== viewer.id) return;
    const name = noticeName(notice);
    const message = { type: "page", notice } as const;
    if (name === undefined) viewer.tell(message);
    else viewer.tellState(name, message);
  }

  /** Reports a failure, and tells viewers if the source cannot send the frames that they want. */
  #fail(error: unknown): void {
    this.#options.onFailure(error);
    const { name, lane, message } = (error ?? {}) as Partial<PeerError>;
    if (name !== "PeerError" || lane !== "video" || message === undefined) return;
    this.#options.viewers.tellState("failed", { type: "failed", reason: message });
  }

  /** Reports a silence of the source, unless the host program has told the reason. */
  #fallSilent(silence: SilenceMessage): void {
    const isKnown = this.#silence?.type === "ended" || this.#silence?.type === silence.type;
    if (!isKnown) this.#tellSilence(silence);
  }

  #tellSilence(silence: SilenceMessage): void {
    this.#silence = silence;
    this.#options.viewers.tellState("silence", silence);
  }

  /** The last frame is old, because nobody has watched. It is shown only if no fresh one arrives soon. */
  #awaitFresh(): void {
    if (!this.share.hold()) return;
    this.#options.scheduler.schedule(() => {
      this.share.unhold();
      for (const { video } of this.#options.viewers) video.wake();
    }, freshTimeout);
  }
}
