import type { Sample } from "@broadcast-ipc/receiver";
import { type Arrival, durationOf } from "./arrival.ts";

/**
 * A source clock. `offset` maps its timestamps to positions in the recording. `lead` is the most by which a timestamp was
 * ahead of this process's clock.
 */
interface SourceClock {
  readonly offset: number;
  lead: number;
}

/** Greatest step back in microseconds, among samples of one type, that is not a clock jump. */
const longestStepBack = 500_000;

/** Greatest step forward in microseconds, beyond the time that really passed, that is not a clock jump. */
const longestStepForward = 10_000_000;

/** Number of source clocks that are remembered, so that a sample with a wrong timestamp costs only itself. */
const mostClocks = 4;

/**
 * Maps the timestamps of samples to microseconds since the start of the recording. Within one clock, differences stay
 * exact. If the clock jumps, because the source was restarted or is now on another machine, the recording goes on where it
 * was, plus the time that really passed. Pure; all times are in microseconds.
 */
export class Timeline {
  /** The current clock first. */
  #clocks: SourceClock[];
  /** The latest position of each type of sample. */
  readonly #latest: Partial<Record<Sample["type"], number>> = { image: 0 };
  /** Position and arrival of the last sample. */
  #last: { readonly position: number; readonly time: number };
  #end = 0;

  /** @param first The frame at position 0. */
  constructor({ sample: { timestamp }, time }: Arrival) {
    this.#clocks = [{ offset: -timestamp, lead: timestamp - time }];
    this.#last = { position: 0, time };
  }

  /** End of the latest sample. */
  get end(): number {
    return this.#end;
  }

  /**
   * Returns the position of a sample as an integer. It is negative for audio before the first frame. The times of arrival
   * must not decrease between calls.
   */
  place({ sample, time }: Arrival): number {
    const { type, timestamp } = sample;
    const clock =
      this.#clocks.find((each) => this.#fits(each, type, timestamp, time)) ?? this.#jump(timestamp, time);
    this.#clocks = [clock, ...this.#clocks.filter((each) => each !== clock)].slice(0, mostClocks);
    clock.lead = Math.max(clock.lead, timestamp - time);
    const position = Math.round(timestamp + clock.offset);
    this.#latest[type] = Math.max(this.#latest[type] ?? position, position);
    this.#last = { position, time };
    this.extend(Math.round(position + durationOf(sample)));
    return position;
  }

  /**
   * Returns the position of a timestamp of the current clock. Returns `undefined` if the position is much later than the
   * last sample plus the time that really passed until `time`: the timestamp is invalid or belongs to another clock.
   */
  at(timestamp: number, time: number): number | undefined {
    const position = Math.round(timestamp + (this.#clocks[0]?.offset ?? 0));
    const latest = this.#last.position + time - this.#last.time + longestStepForward;
    return position <= latest ? position : undefined;
  }

  /** Moves the end to a timestamp of the current clock. Ignores a timestamp for which {@link at} returns `undefined`. */
  extendTo(timestamp: number, time: number): void {
    this.extend(this.at(timestamp, time) ?? 0);
  }

  /** Moves the end to `position`, unless it is later already. */
  extend(position: number): void {
    this.#end = Math.max(this.#end, position);
  }

  #fits({ offset, lead }: SourceClock, type: Sample["type"], timestamp: number, time: number): boolean {
    // The first audio may be much older than the newest frame.
    const earliest = this.#latest[type] ?? this.#end - longestStepForward;
    const isBack = timestamp + offset < earliest - longestStepBack;
    return !isBack && timestamp - time <= lead + longestStepForward;
  }

  #jump(timestamp: number, time: number): SourceClock {
    const next = Math.max(this.#end, this.#last.position + time - this.#last.time);
    return { offset: next - timestamp, lead: timestamp - time };
  }
}
