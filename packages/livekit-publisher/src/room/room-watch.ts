import type { Scheduler } from "@broadcast-ipc/protocol";
import { ConnectionState, DisconnectReason, type Room, RoomEvent } from "@livekit/rtc-node";
import type { PublisherStats } from "../demand/observe-outbound.ts";
import { within } from "./within.ts";

/** Interval between two readings of the library's statistics, in ms. */
const pollInterval = 500;

/** Longest wait for the statistics, in ms. While a room reconnects, the library may not answer. */
const statsTimeout = 5_000;

/** Longest time that a room may take to reconnect, in ms. The library gives up earlier, but may not report it. */
const reconnectTimeout = 90_000;

interface RoomWatchOptions {
  readonly scheduler: Scheduler;
  /** Called with new statistics of the library. */
  onStats(stats: PublisherStats): void;
  /** Called when a participant may have begun to watch. */
  onArrival(): void;
  /** Called once, when the room is lost for good. `message` is a sentence for the user. */
  onLost(message: string): void;
}

/** Watches a room: the statistics of what is sent, new viewers, and the loss of the connection. */
export class RoomWatch {
  readonly #room: Room;
  readonly #options: RoomWatchOptions;
  #cancelTimer: (() => void) | undefined;
  /** Time at which the room began to reconnect, in ms; `undefined` while it is connected. */
  #reconnectingSince: number | undefined;
  #isClosed = false;

  constructor(room: Room, options: RoomWatchOptions) {
    this.#room = room;
    this.#options = options;
    for (const event of arrivals) room.on(event, this.#onArrival);
    room.on(RoomEvent.Disconnected, this.#onDisconnected);
    this.#schedule();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelTimer?.();
    for (const event of arrivals) this.#room.off(event, this.#onArrival);
    this.#room.off(RoomEvent.Disconnected, this.#onDisconnected);
  }

  #schedule(): void {
    this.#cancelTimer = this.#options.scheduler.schedule(() => this.#poll(), pollInterval);
  }

  async #poll(): Promise<void> {
    this.#checkConnection();
    if (this.#isClosed) return;
    try {
      const { publisherStats } = await within(statsTimeout, "reading statistics", this.#room.getRtcStats());
      if (!this.#isClosed) this.#options.onStats(publisherStats);
    } catch {
      // A room that reconnects has no statistics.
    }
    if (!this.#isClosed) this.#schedule();
  }

  /** Checks for a lost connection, because the library does not emit an event for every loss. */
  #checkConnection(): void {
    const now = this.#options.scheduler.now();
    if (!this.#room.isConnected) this.#lose("the connection is lost");
    else if (this.#room.connectionState !== ConnectionState.CONN_RECONNECTING) {
      this.#reconnectingSince = undefined;
    } else {
      this.#reconnectingSince ??= now;
      if (now - this.#reconnectingSince <= reconnectTimeout) return;
      this.#lose(`it could not be reconnected within ${reconnectTimeout / 1000} s`);
    }
  }

  readonly #onArrival = (): void => this.#options.onArrival();

  readonly #onDisconnected = (reason = DisconnectReason.UNKNOWN_REASON): void => {
    // A server may give a reason that this version of the library does not know.
    const name = (DisconnectReason[reason] ?? `reason ${reason}`).toLowerCase().replaceAll("_", " ");
    this.#lose(reason === DisconnectReason.UNKNOWN_REASON ? "the server does not answer" : name);
  };

  #lose(why: string): void {
    if (this.#isClosed) return;
    this.close();
    this.#options.onLost(`The room is lost: ${why}.`);
  }
}

const arrivals = [
  RoomEvent.ParticipantConnected,
  RoomEvent.LocalTrackSubscribed,
  RoomEvent.LocalTrackRepublished,
  RoomEvent.Reconnected,
] as const;
