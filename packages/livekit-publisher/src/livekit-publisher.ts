import { EventEmitter } from "node:events";
import { warnOfFailure } from "@broadcast-ipc/protocol";
import { type ReceiverLike, SourceReader, nodeScheduler as scheduler } from "@broadcast-ipc/receiver/sink";
import type { Room } from "@livekit/rtc-node";
import type { OutboundVideo, PublisherStats } from "./demand/observe-outbound.ts";
import type { EndReason } from "./end-reason.ts";
import { admission } from "./input/admission.ts";
import { NoticeSender } from "./input/notice-sender.ts";
import { ParticipantInput } from "./input/participant-input.ts";
import { LiveKitPublisherError } from "./livekit-publisher-error.ts";
import type { LiveKitPublisherEvents } from "./livekit-publisher-events.ts";
import {
  type LiveKitPublisherOptions,
  type PublisherSettings,
  publisherSettings,
} from "./livekit-publisher-options.ts";
import { type LiveKitPublisherStats, sentVideo } from "./livekit-publisher-stats.ts";
import { AudioPublication } from "./room/audio-publication.ts";
import { RoomDemand } from "./room/room-demand.ts";
import { RoomWatch } from "./room/room-watch.ts";
import { VideoPublication } from "./room/video-publication.ts";

/** Rate of the published audio in Hz. */
const audioRate = 48_000;

let publishers = 0;

/**
 * Publishes what a receiver yields to a LiveKit room: a screen-share video track with the first frame, and a screen-share
 * audio track with the first audio.
 *
 * The demand follows the room: no video while nobody watches, and no more frames or pixels than the library sends. Connect
 * the room with {@link connectRoom}, or with `dynacast: true`. The caller owns the room: the publisher never disconnects it.
 */
export class LiveKitPublisher extends EventEmitter<LiveKitPublisherEvents> implements AsyncDisposable {
  /** Resolves when nothing is published any more. Never rejects. */
  readonly ended: Promise<EndReason>;
  readonly #id = `LiveKit publisher ${++publishers}`;
  readonly #video: VideoPublication;
  readonly #audio: AudioPublication | undefined;
  readonly #demand: RoomDemand;
  readonly #watch: RoomWatch;
  readonly #input: ParticipantInput | undefined;
  readonly #notices: NoticeSender | undefined;
  readonly #reader: SourceReader;
  #receiver: ReceiverLike | undefined;
  #outbound: OutboundVideo | undefined;
  #resolveEnded: (reason: EndReason) => void = () => {};
  #ending: Promise<void> | undefined;

  private constructor(
    room: Room,
    source: ReceiverLike | AsyncIterable<ReceiverLike>,
    settings: PublisherSettings,
  ) {
    super();
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    const onFailure = this.#fail;
    const { audio } = settings;
    this.#video = new VideoPublication(room, {
      settings: settings.video,
      onPublish: (sid) => this.#published("video", sid),
      onRefused: (error) => this.#refused(error),
    });
    if (audio) {
      const onPublish = (sid: string) => this.#published("audio", sid);
      this.#audio = new AudioPublication(room, { settings: audio, scheduler, onPublish, onFailure });
    }
    this.#demand = new RoomDemand(room, {
      scheduler,
      settings,
      onChange: (demand) => process.nextTick(() => this.emit("demand", demand)),
      onFailure,
    });
    if (settings.allowInput) {
      const allowInput = admission(settings.allowInput, onFailure);
      this.#input = new ParticipantInput(room, { scheduler, allowInput, onFailure });
      this.#notices = new NoticeSender(room, { scheduler, allowInput, onFailure });
    }
    this.#watch = new RoomWatch(room, {
      scheduler,
      onStats: (stats) => this.#observe(stats),
      onArrival: () => this.#demand.refresh(),
      onLost: (message) => this.#end({ by: "room", code: "ERR_LIVEKIT_ROOM_LOST", message }),
    });
    try {
      this.#reader = new SourceReader(source, {
        onReceiver: (receiver) => this.#connect(receiver),
        onSample: (sample) => {
          if (sample.type === "audio") return this.#audio?.push(sample);
          this.#demand.noteFrame();
          return this.#video.push(sample);
        },
        onNotice: (notice) => this.#notices?.notice(notice),
        onSilence: (type, reason, code) => {
          if (type === "ended") this.#end({ by: "source", code, message: reason });
        },
        onFailure,
      });
    } catch (error) {
      // The source is neither a receiver nor iterable.
      this.#leaveRoom();
      throw error;
    }
  }

  /**
   * Publishes the samples of one receiver, or of the newest of many, such as those of a `BroadcastServer`. A new receiver
   * continues in the same tracks. Open receivers with `decode: false`, so that a frame is decoded only once. The publisher
   * sets the receiver's demand, reads its samples, and claims its messages of type `"page"`. It closes the receiver only if
   * the room is lost or rejects the video. Resolves at once; the tracks appear with the first samples. Rejects with
   * ERR_LIVEKIT_NOT_CONNECTED if the room is not connected, or with a RangeError that names an invalid option.
   *
   * @example
   * const room = await connectRoom(url, token);
   * const receiver = await BroadcastReceiver.accept(socketPath("screen"), { decode: false });
   * await using publisher = await LiveKitPublisher.publish(room, receiver);
   */
  static async publish(
    room: Room,
    source: ReceiverLike | AsyncIterable<ReceiverLike>,
    options: LiveKitPublisherOptions = {},
  ): Promise<LiveKitPublisher> {
    const settings = publisherSettings(options);
    if (!room.isConnected) {
      throw new LiveKitPublisherError("ERR_LIVEKIT_NOT_CONNECTED", "the room is not connected");
    }
    return new LiveKitPublisher(room, source, settings);
  }

  /** Returns the figures since the start, and the current demand. */
  stats(): LiveKitPublisherStats {
    const { frames = 0, age } = this.#video.stats ?? {};
    const sent = this.#outbound && sentVideo(this.#outbound);
    // A receiver knows no ages if its source has another clock.
    const hasClock = this.#receiver === undefined || this.#receiver.stats().age !== undefined;
    const audio = this.#audio?.stats;
    return {
      video: { sid: this.#video.sid, frames, age: hasClock ? age : undefined, sent },
      audio: {
        sid: this.#audio?.sid,
        seconds: (audio?.frames ?? 0) / audioRate,
        droppedSeconds: audio?.droppedSeconds ?? 0,
        restarts: audio?.restarts ?? 0,
      },
      demand: this.#demand.video,
      inputs: this.#input?.counts ?? { sent: 0, dropped: 0, refused: 0 },
    };
  }

  /** Unpublishes the tracks. The receiver stays open and sends nothing; the room stays connected. Never rejects. */
  close(): Promise<void> {
    this.#end({ by: "close", code: "closed", message: "The publisher was closed." });
    return this.#ending ?? Promise.resolve();
  }

  /** Same as {@link close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #connect(receiver: ReceiverLike | undefined): void {
    this.#receiver = receiver;
    this.#demand.connect(receiver);
    this.#input?.connect(receiver);
    if (!receiver) this.#notices?.reset();
  }

  #observe(stats: PublisherStats): void {
    const outbound = this.#video.observe(stats);
    this.#outbound = outbound ?? this.#outbound;
    const { stats: counts, size } = this.#video;
    if (counts) this.#demand.observe(outbound, { ...size, frames: counts.frames });
  }

  #published(kind: "video" | "audio", sid: string): void {
    process.nextTick(() => this.emit("publish", { kind, sid }));
    // The first frame was handed over before the track had an encoder.
    if (kind === "video") this.#demand.refresh();
  }

  #refused(error: unknown): void {
    const { code, message } = error as LiveKitPublisherError;
    this.#fail(error);
    this.#end({ by: "room", code, message });
  }

  #end(reason: EndReason): void {
    this.#ending ??= this.#finish(reason);
  }

  async #finish(reason: EndReason): Promise<void> {
    const receiver = this.#receiver;
    this.#leaveRoom();
    this.#reader.close();
    // The capture process must learn that nothing is published any more.
    const closing = reason.by === "room" ? receiver?.close() : undefined;
    await Promise.all([closing?.catch(this.#fail), this.#video.close(), this.#audio?.close()]);
    this.#resolveEnded(reason);
  }

  /** Removes all listeners from the room. */
  #leaveRoom(): void {
    for (const part of [this.#watch, this.#demand, this.#input, this.#notices]) part?.close();
  }

  readonly #fail = (thrown: unknown): void => {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown });
    process.nextTick(() => {
      if (this.emit("failure", error)) return;
      const detail =
        'This warning appears once for each reason. Listen to "failure" to receive every failure.';
      warnOfFailure(error, { id: this.#id, label: "LiveKit publisher", detail }, "failure");
    });
  };
}
