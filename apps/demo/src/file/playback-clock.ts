import { setTimeout as delay } from "node:timers/promises";
import { now } from "@broadcast-ipc/uploader";

/** What comes later than this is not made up for, in microseconds: the process was stopped, or the machine is too slow. */
const longestCatchUp = 500_000;

/** Says when what lies at a time of a film is due. Pictures and sound go by the same one, which keeps them in step. */
export class PlaybackClock {
  /** When the film's time 0 was, in microseconds of {@link now}. */
  #start: number | undefined;

  /** Resolves when the time has come for a picture, with its timestamp: both are microseconds. */
  picture(time: number): Promise<number> {
    const late = now() - ((this.#start ?? now()) + time);
    // The film waits for its pictures. Sound that comes late, as files may interleave it, holds up nothing.
    if (this.#start !== undefined && late > longestCatchUp) this.#start += late;
    return this.sound(time);
  }

  /** Resolves when the time has come for sound, with its timestamp: both are microseconds. */
  async sound(time: number): Promise<number> {
    this.#start ??= now() - time;
    for (let early = this.#start + time - now(); early > 0; early = this.#start + time - now()) {
      await delay(Math.ceil(early / 1000));
    }
    return this.#start + time;
  }
}
