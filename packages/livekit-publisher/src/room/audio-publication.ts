import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { Scheduler } from "@broadcast-ipc/protocol";
import { type AudioSource, LocalAudioTrack, type Room } from "@livekit/rtc-node";
import { AudioFeed, type AudioFeedStats } from "../audio/audio-feed.ts";
import type { PublisherSettings } from "../livekit-publisher-options.ts";
import { PublishedTrack } from "./published-track.ts";
import { audioTrackOptions } from "./track-options.ts";

interface AudioPublicationOptions {
  readonly settings: NonNullable<PublisherSettings["audio"]>;
  readonly scheduler: Scheduler;
  onPublish(sid: string): void;
  onFailure(error: unknown): void;
}

/** The audio track. It is published with the first sample, and replaced if the LiveKit library stops accepting audio. */
export class AudioPublication {
  readonly #room: Room;
  readonly #options: AudioPublicationOptions;
  #feed: AudioFeed | undefined;
  #track: PublishedTrack | undefined;
  /** Tracks are published one after the other. */
  #publishing: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(room: Room, options: AudioPublicationOptions) {
    this.#room = room;
    this.#options = options;
  }

  /** `undefined` before the first audio. */
  get stats(): AudioFeedStats | undefined {
    return this.#feed?.stats;
  }

  /** `undefined` before the track is published. */
  get sid(): string | undefined {
    return this.#track?.sid;
  }

  /** Hands audio to the LiveKit library. */
  push(sample: AudioSample): void {
    if (this.#isClosed) return;
    if (!this.#feed) {
      const { scheduler, onFailure } = this.#options;
      this.#feed = new AudioFeed({ scheduler, onFailure, onSource: (source) => this.#replace(source) });
      this.#replace(this.#feed.source);
    }
    this.#feed.push(sample);
  }

  /** Unpublishes the track and releases the audio source. Never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#publishing;
    await this.#track?.close();
    // A native source that cannot be closed must not keep the publisher from ending.
    await this.#feed?.close().catch(() => {});
  }

  #replace(source: AudioSource): void {
    this.#publishing = this.#publishing.then(() => this.#publish(source));
  }

  async #publish(source: AudioSource): Promise<void> {
    const { settings, onPublish, onFailure } = this.#options;
    if (this.#isClosed) return;
    const previous = this.#track;
    this.#track = undefined;
    await previous?.close();
    try {
      const track = LocalAudioTrack.createAudioTrack(settings.name, source);
      this.#track = await PublishedTrack.publish(this.#room, track, audioTrackOptions(settings));
      if (!this.#isClosed) onPublish(this.#track.sid);
    } catch (error) {
      if (!this.#isClosed) onFailure(error);
    }
  }
}
