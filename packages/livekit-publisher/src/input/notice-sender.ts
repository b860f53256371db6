import { type PageNotice, pageNoticeType, type Scheduler } from "@broadcast-ipc/protocol";
import { PageState } from "@broadcast-ipc/receiver/sink";
import { type RemoteParticipant, type Room, RoomEvent } from "@livekit/rtc-node";
import { LiveKitPublisherError } from "../livekit-publisher-error.ts";
import { within } from "../room/within.ts";
import { viewerId } from "./viewer-id.ts";

/** Maximum length of a notice in bytes. LiveKit recommends no longer data packets. */
const maxNoticeBytes = 15 * 1024;

/** Maximum number of notices that wait to be sent. */
const maxWaiting = 64;

/** Longest wait for the library to take a notice, in ms. */
const sendTimeout = 5_000;

interface NoticeSenderOptions {
  readonly scheduler: Scheduler;
  readonly allowInput: (participant: RemoteParticipant) => boolean;
  onFailure(error: unknown): void;
}

/**
 * Sends the source's notices, such as its cursor and its open dialogs, to the participants that may send input, as data
 * messages of topic "page".
 */
export class NoticeSender {
  readonly #room: Room;
  readonly #options: NoticeSenderOptions;
  readonly #page: PageState;
  #sending: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(room: Room, options: NoticeSenderOptions) {
    this.#room = room;
    this.#options = options;
    this.#page = new PageState(() => options.scheduler.now());
    room.on(RoomEvent.ParticipantConnected, this.#onParticipant);
  }

  /** Sends a notice of the source. */
  notice(notice: PageNotice): void {
    this.#page.note(notice);
    this.#tell(notice);
  }

  /** Closes the source's dialogs for the participants, because the source is gone. */
  reset(): void {
    for (const notice of this.#page.reset()) this.#tell(notice);
  }

  close(): void {
    this.#room.off(RoomEvent.ParticipantConnected, this.#onParticipant);
  }

  readonly #onParticipant = (participant: RemoteParticipant): void => {
    if (!this.#options.allowInput(participant)) return;
    for (const notice of this.#page.notices) this.#send(notice, [participant.identity]);
  };

  #tell(notice: PageNotice): void {
    const admitted = [...this.#room.remoteParticipants.values()].filter(this.#options.allowInput);
    const addressees =
      notice.kind === "copied" ? admitted.filter((one) => viewerId(one) === notice.viewer) : admitted;
    if (addressees.length === 0) return;
    this.#send(
      notice,
      addressees.map(({ identity }) => identity),
    );
  }

  #send(notice: PageNotice, identities: string[]): void {
    const { onFailure } = this.#options;
    const data = new TextEncoder().encode(JSON.stringify(notice));
    if (data.length > maxNoticeBytes || this.#waiting >= maxWaiting) {
      const why = data.length > maxNoticeBytes ? `it has ${data.length} bytes` : `${maxWaiting} notices wait`;
      onFailure(
        new LiveKitPublisherError(
          "ERR_LIVEKIT_NOTICE_DROPPED",
          `a ${notice.kind} notice was dropped: ${why}`,
        ),
      );
      return;
    }
    this.#waiting++;
    this.#sending = this.#sending
      .then(async () => {
        const options = { reliable: true, topic: pageNoticeType, destination_identities: identities };
        const sent = this.#room.localParticipant?.publishData(data, options);
        if (sent) await within(sendTimeout, "sending a notice", sent);
      })
      .catch((error) => {
        if (this.#room.isConnected) onFailure(error);
      })
      .finally(() => this.#waiting--);
  }
}
