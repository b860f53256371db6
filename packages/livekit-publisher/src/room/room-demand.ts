import type { Scheduler, VideoDemand } from "@broadcast-ipc/protocol";
import { type ReceiverLike, SinkDemand } from "@broadcast-ipc/receiver/sink";
import type { Room } from "@livekit/rtc-node";
import type { OutboundVideo } from "../demand/observe-outbound.ts";
import { type DemandObservation, SentDemand } from "../demand/sent-demand.ts";
import type { PublisherSettings } from "../livekit-publisher-options.ts";

/** Time without a frame after which the newest one is requested again, in ms. A new viewer needs a frame to start with. */
const repeatInterval = 1_000;

/**
 * The LiveKit library may drop a frame that follows another one after less than two frame intervals at `maxFps`. If no
 * further frame arrives within three intervals, the newest one is requested again, because it may have been dropped.
 */
const closeIntervals = 2;
const repeatIntervals = 3;

interface RoomDemandOptions {
  readonly scheduler: Scheduler;
  readonly settings: PublisherSettings;
  onChange(demand: VideoDemand | null): void;
  onFailure(error: unknown): void;
}

/** Sets the source's demand to what the room receives, and requests the newest frame again while the video is static. */
export class RoomDemand {
  readonly #room: Room;
  readonly #options: RoomDemandOptions;
  readonly #policy: SentDemand;
  readonly #demand: SinkDemand;
  #receiver: ReceiverLike | undefined;
  #lastFrameAt = Number.NEGATIVE_INFINITY;
  #cancelRepeat: (() => void) | undefined;
  /** Number of frames at the last observation, and the time since when it is unchanged. */
  #frames = 0;
  #stillSince: number;

  constructor(room: Room, options: RoomDemandOptions) {
    const { settings, scheduler } = options;
    const { maxFps, maxWidth, maxHeight, simulcast, scalabilityMode } = settings.video;
    this.#room = room;
    this.#options = options;
    this.#stillSince = scheduler.now();
    const limits = {
      maxFps,
      ...(maxWidth !== undefined && { maxWidth }),
      ...(maxHeight !== undefined && { maxHeight }),
    };
    this.#policy = new SentDemand(limits, { followsSize: !simulcast && scalabilityMode === undefined });
    let video: VideoDemand | null | undefined;
    this.#demand = new SinkDemand(scheduler, (demand) => {
      if (JSON.stringify(video) !== JSON.stringify(demand.video)) options.onChange(demand.video);
      video = demand.video;
      this.#tell((receiver) => receiver.setDemand(demand));
    });
    // The track needs a first frame even if nobody watches yet.
    this.#demand.set({ video: limits, audio: settings.audio ? {} : null });
  }

  /** The demand that was sent to the source. */
  get video(): VideoDemand | null {
    return this.#demand.current?.video ?? null;
  }

  /** Sends the demand to this receiver from now on; `undefined` disconnects. */
  connect(receiver: ReceiverLike | undefined): void {
    this.#receiver = receiver;
    if (receiver) this.#demand.renew();
  }

  /** Call this for each frame that is handed to the LiveKit library. */
  noteFrame(): void {
    const { scheduler, settings } = this.#options;
    const interval = 1_000 / settings.video.maxFps;
    const now = scheduler.now();
    const isClose = now - this.#lastFrameAt < closeIntervals * interval;
    this.#lastFrameAt = now;
    this.#cancelRepeat?.();
    this.#cancelRepeat = isClose
      ? scheduler.schedule(() => this.refresh(), repeatIntervals * interval)
      : undefined;
  }

  /** Requests the newest frame again, for a viewer that has just joined. */
  refresh(): void {
    if (this.video !== null) this.#tell((receiver) => receiver.refresh());
  }

  /** Updates the demand. Call this with each reading of the statistics. */
  observe(outbound: OutboundVideo | undefined, captured: DemandObservation["captured"]): void {
    const { scheduler, settings } = this.#options;
    const now = scheduler.now();
    const { isRecording, remoteParticipants, numParticipants } = this.#room;
    // Either number may lag behind the other by up to two seconds. `numParticipants` includes this process.
    const participants = Math.max(remoteParticipants.size, numParticipants - 1);
    const { frames } = captured;
    const video = this.#policy.observe({ outbound, captured, participants, isRecording }, now);
    // The server does not pause audio, so audio stops only when the room is empty.
    const isEmpty = video === null && participants === 0 && !isRecording;
    this.#demand.set({ video, audio: settings.audio && !isEmpty ? {} : null });
    if (frames !== this.#frames) {
      this.#frames = frames;
      this.#stillSince = now;
    } else if (now - this.#stillSince >= repeatInterval) {
      this.#stillSince = now;
      this.refresh();
    }
  }

  close(): void {
    this.#cancelRepeat?.();
    this.#demand.close();
    this.#receiver = undefined;
  }

  #tell(tell: (receiver: ReceiverLike) => void): void {
    if (!this.#receiver) return;
    try {
      tell(this.#receiver);
    } catch (error) {
      this.#options.onFailure(error);
    }
  }
}
