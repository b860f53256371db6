import { UploadCounter, type UploadCounts, type UploadOutcome } from "./upload-outcome.ts";

interface Entry<S> {
  readonly sample: S;
  readonly settle: (outcome: UploadOutcome) => void;
  /** Whether it is still to be sent, or to be sent again. */
  isDue: boolean;
}

/** A picture that is to be encoded and sent now. */
export interface VideoTurn<S> {
  readonly sample: S;
  readonly sequence: number;
}

/**
 * The uploader's picture lane, as a pure state machine: freshest wins, driven by the receiver's credit.
 *
 * One slot holds the newest picture. It waits there for demand and credit, and whatever it replaces is settled without
 * ever being encoded, so that what was captured last always arrives. It stays in the slot after it was sent, for a
 * receiver whose demand comes back. One picture is under way at a time.
 */
export class VideoLane<S> {
  readonly #release: (sample: S) => void;
  readonly #counter = new UploadCounter();
  #newest: Entry<S> | undefined;
  #underWay: Entry<S> | undefined;
  #isWanted: boolean | undefined;
  #sequence = 0;
  #creditedThrough = 0;
  #isClosed = false;

  /** `release` is called exactly once for each offered sample, when nothing needs it any more. */
  constructor(release: (sample: S) => void) {
    this.#release = release;
  }

  get counts(): UploadCounts {
    return this.#counter.counts;
  }

  /** Takes the newest picture; `settle` is called once. */
  offer(sample: S, settle: (outcome: UploadOutcome) => void): void {
    const entry: Entry<S> = { sample, settle: this.#counter.enter(settle), isDue: true };
    const previous = this.#newest;
    this.#newest = entry;
    if (previous) {
      if (previous !== this.#underWay) previous.settle("replaced");
      this.#releaseUnused(previous);
    }
    if (this.#isClosed) this.close();
    else if (this.#isWanted === false) entry.settle("unwanted");
  }

  /** Counts and lets go of what is no picture, so that it takes no picture's place; `settle` is called once. */
  refuse(sample: S, settle: (outcome: UploadOutcome) => void): void {
    this.#counter.enter(settle)(this.#isClosed ? "closed" : "failed");
    this.#release(sample);
  }

  /** Whether the receiver wants pictures. One who wants them again gets the newest again. */
  setDemand(isWanted: boolean): void {
    if (this.#newest && isWanted && this.#isWanted === false) this.#newest.isDue = true;
    this.#isWanted = isWanted;
    if (!isWanted && this.#newest !== this.#underWay) this.#newest?.settle("unwanted");
  }

  /** Pictures up to this sequence number may be sent. */
  credit(through: number): void {
    this.#creditedThrough = Math.max(this.#creditedThrough, through);
  }

  /** The newest picture is to be sent again, unless it is on its way. */
  refresh(): void {
    if (this.#newest && this.#newest !== this.#underWay) this.#newest.isDue = true;
  }

  /** The picture to send now, if it is time: {@link finish} has to follow. */
  take(): VideoTurn<S> | undefined {
    const entry = this.#newest;
    if (!entry?.isDue || !this.#isWanted || this.#underWay || this.#sequence >= this.#creditedThrough)
      return undefined;
    entry.isDue = false;
    this.#underWay = entry;
    this.#sequence++;
    return { sample: entry.sample, sequence: this.#sequence };
  }

  /** What became of the picture that was taken. One that failed never reached the receiver, so its credit remains. */
  finish(outcome: "sent" | "failed" | "closed"): void {
    const entry = this.#underWay;
    if (!entry) return;
    this.#underWay = undefined;
    if (outcome !== "sent") this.#sequence--;
    entry.settle(outcome);
    this.#releaseUnused(entry);
  }

  /** Settles everything with "closed", and lets go of all but the picture under way, which {@link finish} releases. */
  close(): void {
    this.#isClosed = true;
    const entry = this.#newest;
    this.#newest = undefined;
    this.#underWay?.settle("closed");
    if (!entry) return;
    entry.settle("closed");
    this.#releaseUnused(entry);
  }

  #releaseUnused(entry: Entry<S>): void {
    if (entry !== this.#newest && entry !== this.#underWay) this.#release(entry.sample);
  }
}
