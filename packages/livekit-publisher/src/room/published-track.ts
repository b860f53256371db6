import type { LocalTrack, LocalTrackPublication, Room, TrackPublishOptions } from "@livekit/rtc-node";
import { LiveKitPublisherError } from "../livekit-publisher-error.ts";
import { within } from "./within.ts";

/** Longest wait for the server to accept a track, in ms. */
const publishTimeout = 15_000;

/** Longest wait for the server to unpublish a track, in ms. */
const unpublishTimeout = 3_000;

/** A track that is published to a room. */
export class PublishedTrack {
  readonly #room: Room;
  readonly #track: LocalTrack;
  readonly #publication: LocalTrackPublication;

  private constructor(room: Room, track: LocalTrack, publication: LocalTrackPublication) {
    this.#room = room;
    this.#track = track;
    this.#publication = publication;
  }

  /**
   * Publishes a track and takes ownership of it, even if this rejects. The caller owns the track's source. Rejects with
   * ERR_LIVEKIT_PUBLISH_FAILED, for example if the token has no grant `canPublish`.
   */
  static async publish(room: Room, track: LocalTrack, options: TrackPublishOptions): Promise<PublishedTrack> {
    try {
      const participant = room.localParticipant;
      if (!participant) throw new Error("the room is not connected");
      const publication = await within(
        publishTimeout,
        "publishing",
        participant.publishTrack(track, options),
      );
      return new PublishedTrack(room, track, publication);
    } catch (cause) {
      await closeTrack(track);
      const reason = cause instanceof Error ? cause.message : String(cause);
      const message = `the track ${JSON.stringify(track.name)} could not be published: ${reason}`;
      throw new LiveKitPublisherError("ERR_LIVEKIT_PUBLISH_FAILED", message, { cause });
    }
  }

  /** The server's id of the track. It changes after a full reconnect of the room. */
  get sid(): string {
    return this.#publication.sid ?? "";
  }

  /** Unpublishes the track and releases its native handles. Never rejects. */
  async close(): Promise<void> {
    const participant = this.#room.localParticipant;
    if (participant && this.#room.isConnected && this.#publication.sid) {
      const { sid } = this.#publication;
      // If the room is lost meanwhile, nothing is left to unpublish.
      await within(unpublishTimeout, "unpublishing", participant.unpublishTrack(sid)).catch(() => {});
    }
    await closeTrack(this.#track);
    this.#publication.ffiHandle.dispose();
  }
}

async function closeTrack(track: LocalTrack): Promise<void> {
  await track.close(false).catch(() => {});
}
