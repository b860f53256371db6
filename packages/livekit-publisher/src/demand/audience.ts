import type { OutboundVideo } from "./observe-outbound.ts";

/** Time alone in the room after which nobody is assumed to take the video, in ms. */
const aloneDelay = 10_000;

/** Who is in the room, and what the library does with the video. */
export interface AudienceObservation {
  /** `undefined` if there are no statistics. */
  readonly outbound: OutboundVideo | undefined;
  /** Number of visible remote participants. */
  readonly participants: number;
  /** Whether the room is being recorded. A recorder is not a visible participant. */
  readonly isRecording: boolean;
}

/**
 * Decides whether anybody takes the video.
 *
 * A server with dynacast pauses the layers that nobody takes. Once all layers were seen paused, dynacast is known to be on
 * and the layers alone decide. Until then, a room without visible participants and without a recording counts as empty
 * after ten seconds.
 */
export class Audience {
  #hasDynacast = false;
  #isPaused = false;
  #aloneSince: number | undefined;

  /** Returns whether the video is taken. `now` is in ms. */
  observe({ outbound, participants, isRecording }: AudienceObservation, now: number): boolean {
    if (outbound) this.#isPaused = !outbound.layers.some(({ isActive }) => isActive);
    this.#hasDynacast ||= this.#isPaused;
    if (this.#hasDynacast) return !this.#isPaused;
    if (participants > 0 || isRecording) this.#aloneSince = undefined;
    else this.#aloneSince ??= now;
    return this.#aloneSince === undefined || now - this.#aloneSince < aloneDelay;
  }
}
