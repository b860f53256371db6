import type { OutboundVideo } from "./observe-outbound.ts";

/** Time without another participant after which nobody is assumed to watch, in ms. */
const aloneDelay = 10_000;

/** The participants of the room, and what the library sends. */
export interface AudienceObservation {
  /** `undefined` if there are no statistics. */
  readonly outbound: OutboundVideo | undefined;
  /** Number of visible remote participants. */
  readonly participants: number;
  /** Whether the room is being recorded. A recorder is not a visible participant. */
  readonly isRecording: boolean;
}

/**
 * Decides whether anybody receives the video.
 *
 * A server with dynacast pauses the layers that nobody receives. Once all layers have been paused, dynacast is known to be
 * on, and the layers alone decide. Until then, a room without visible participants and without a recording counts as empty
 * after ten seconds.
 */
export class Audience {
  #hasDynacast = false;
  #isPaused = false;
  #aloneSince: number | undefined;

  /** Returns whether anybody receives the video. `now` is in ms. */
  observe({ outbound, participants, isRecording }: AudienceObservation, now: number): boolean {
    if (outbound) this.#isPaused = !outbound.layers.some(({ isActive }) => isActive);
    this.#hasDynacast ||= this.#isPaused;
    if (this.#hasDynacast) return !this.#isPaused;
    if (participants > 0 || isRecording) this.#aloneSince = undefined;
    else this.#aloneSince ??= now;
    return this.#aloneSince === undefined || now - this.#aloneSince < aloneDelay;
  }
}
