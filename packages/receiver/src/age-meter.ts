import { clockId, DurationHistogram, type DurationSummary, now } from "@broadcast-ipc/clock";

/** Ages of pictures, known only where the uploader's timestamps are of this machine's clock. */
export class AgeMeter {
  readonly #ages = new DurationHistogram();

  get summary(): DurationSummary | undefined {
    return this.#ages.summary;
  }

  /** Takes a picture's timestamp, in microseconds of the clock that the uploader names. */
  record(timestamp: number, clock: string | undefined): void {
    if (clock !== undefined && clock === clockId()) this.#ages.record(now() - timestamp);
  }
}
