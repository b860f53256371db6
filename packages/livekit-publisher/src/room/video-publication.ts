import type { SourceSample } from "@broadcast-ipc/receiver/sink";
import { LocalVideoTrack, type Room } from "@livekit/rtc-node";
import {
  findTrackIdentifier,
  type OutboundVideo,
  observeOutbound,
  type PublisherStats,
  videoTrackIdentifiers,
} from "../demand/observe-outbound.ts";
import type { VideoSettings } from "../livekit-publisher-options.ts";
import { VideoFeed, type VideoFeedStats } from "../video/video-feed.ts";
import { PublishedTrack } from "./published-track.ts";
import { videoTrackOptions } from "./track-options.ts";
import { within } from "./within.ts";

/** Longest wait for the library's statistics before the track is published, in ms. */
const statsTimeout = 2_000;

/** Size of a frame in pixels, before rotation. */
interface FrameSize {
  readonly width: number;
  readonly height: number;
}

interface VideoPublicationOptions {
  readonly settings: VideoSettings;
  /** Called when the server has accepted the track. */
  onPublish(sid: string): void;
  /** Called when the server has rejected the track. */
  onRefused(error: unknown): void;
}

/** The video track. It is published with the first frame, in the size of that frame. */
export class VideoPublication {
  readonly #room: Room;
  readonly #options: VideoPublicationOptions;
  #feed: VideoFeed | undefined;
  /** Set while the first frame is decoded. */
  #opening: Promise<void> | undefined;
  #track: PublishedTrack | undefined;
  #publishing: Promise<void> | undefined;
  /** Identifiers of the video tracks that were published before this one. */
  #others: ReadonlySet<string> = new Set();
  #identifier: string | undefined;
  #size: FrameSize = { width: 0, height: 0 };
  #isClosed = false;

  constructor(room: Room, options: VideoPublicationOptions) {
    this.#room = room;
    this.#options = options;
  }

  /** `undefined` before the first frame. */
  get stats(): VideoFeedStats | undefined {
    return this.#feed?.stats;
  }

  /** Size of the last frame; 0x0 before the first one. */
  get size(): FrameSize {
    return this.#size;
  }

  /** `undefined` before the track is published. */
  get sid(): string | undefined {
    return this.#track?.sid;
  }

  /** Hands a frame to the LiveKit library and disposes it. Rejects if the frame is invalid. */
  async push(sample: SourceSample): Promise<void> {
    try {
      // Another receiver may deliver a frame while the first frame of the receiver before it is decoded.
      while (this.#opening) await this.#opening.catch(() => {});
      if (this.#isClosed) return;
      if (this.#feed) await this.#feed.capture(sample);
      else {
        this.#opening = this.#open(sample);
        await this.#opening;
      }
      this.#size = { width: sample.codedWidth, height: sample.codedHeight };
    } finally {
      sample[Symbol.dispose]?.();
    }
  }

  /** Returns what is sent of this track; `undefined` before the first statistics of the track. */
  observe(stats: PublisherStats): OutboundVideo | undefined {
    if (!this.#track) return undefined;
    this.#identifier ??= findTrackIdentifier(stats, this.#others, this.#size);
    return this.#identifier === undefined ? undefined : observeOutbound(stats, this.#identifier);
  }

  /** Unpublishes the track and releases the video source. Never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#publishing;
    await this.#track?.close();
    // A native source that cannot be closed must not keep the publisher from ending.
    await this.#feed?.close().catch(() => {});
  }

  async #open(sample: SourceSample): Promise<void> {
    try {
      const feed = await VideoFeed.open(sample);
      if (this.#isClosed) return feed.close();
      this.#feed = feed;
      this.#publishing = this.#publish(feed);
    } finally {
      this.#opening = undefined;
    }
  }

  async #publish(feed: VideoFeed): Promise<void> {
    const { settings, onPublish, onRefused } = this.#options;
    try {
      this.#others = videoTrackIdentifiers(await this.#readStats());
      if (this.#isClosed) return;
      const track = LocalVideoTrack.createVideoTrack(settings.name, feed.source);
      this.#track = await PublishedTrack.publish(this.#room, track, videoTrackOptions(settings, feed));
      if (!this.#isClosed) onPublish(this.#track.sid);
    } catch (error) {
      if (!this.#isClosed) onRefused(error);
    }
  }

  async #readStats(): Promise<PublisherStats> {
    try {
      const stats = await within(statsTimeout, "reading statistics", this.#room.getRtcStats());
      return stats.publisherStats;
    } catch {
      return [];
    }
  }
}
