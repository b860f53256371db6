import type { InputMessage } from "@broadcast-ipc/protocol";
import { heldName, isPassing, isRelease, mergeInputs } from "./merge-inputs.ts";

interface Waiting {
  readonly message: InputMessage;
  /** Time in ms at which the input arrived. */
  readonly at: number;
}

/** Maximum weight of the waiting inputs of one viewer. */
const maxWeight = 512;

/** Time in ms after which a waiting move, turn of the wheel or repeated key is too old. */
const maxPassingAge = 1_000;

/** Time in ms within which turns of the wheel are added up. */
const maxWheelTime = 250;

/** Time in ms after which a waiting press or text is too old. */
const maxAge = 10_000;

/** The waiting inputs of one viewer, in order. Bounded in number, size and age. Pure: the caller passes the time. */
export class ViewerQueue {
  #waiting: Waiting[] = [];
  #weight = 0;
  #dropped = 0;

  /** Number of inputs that were dropped because too many waited, or because they were too old. Excludes merged inputs. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Size of the waiting inputs: 1 for each, and 1 more for every 4,096 characters of text. */
  get weight(): number {
    return this.#weight;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Adds an input, or merges it with the last one. */
  push(message: InputMessage, now: number): void {
    const last = this.#waiting.at(-1);
    // After a hang, the page must not scroll by everything that the viewer has turned in the meantime.
    const isMergeable = last && (message.kind !== "wheel" || now - last.at < maxWheelTime);
    const merged = isMergeable ? mergeInputs(last.message, message) : undefined;
    if (merged) this.#remove(this.#waiting.length - 1);
    const added = merged ?? message;
    const at = merged && message.kind === "wheel" ? (last?.at ?? now) : now;
    this.#waiting.push({ message: added, at });
    this.#weight += weightOf(added);
    while (this.#weight > maxWeight) this.makeRoom();
  }

  /** Replaces all waiting inputs by a release of all that the viewer holds. */
  releaseAll(viewer: string, now: number): void {
    this.#dropped += this.#waiting.length;
    const message: InputMessage = { kind: "release", viewer };
    this.#waiting = [{ message, at: now }];
    this.#weight = weightOf(message);
  }

  /** Whether the only waiting input is a move, a turn of the wheel or a repeated key. Leaves out old inputs first. */
  isOnlyPassing(now: number): boolean {
    this.#dropStale(now);
    const [first] = this.#waiting;
    return first !== undefined && this.#waiting.length === 1 && isPassing(first.message);
  }

  /** Removes and returns the next input that is not too old. */
  take(now: number): InputMessage | undefined {
    this.#dropStale(now);
    const [first] = this.#waiting;
    if (first) this.#remove(0);
    return first?.message;
  }

  /**
   * Drops moves, turns of the wheel and repeated keys, except the newest input. If there are none, drops the oldest
   * presses and texts. If only releases remain, replaces them by one release of everything.
   */
  makeRoom(): void {
    const before = this.#weight;
    const last = this.#waiting.at(-1);
    this.#leaveOut((waiting) => waiting !== last && isPassing(waiting.message));
    if (this.#weight < before) return;
    const target = before - Math.ceil(before / 8);
    this.#leaveOut(({ message }) => this.#weight > target && !isRelease(message));
    const [first] = this.#waiting;
    if (first && this.#weight === before) this.releaseAll(first.message.viewer ?? "", first.at);
  }

  #dropStale(now: number): void {
    const isStale = (waiting: Waiting) => this.#isStale(waiting, now);
    if (this.#waiting.some(isStale)) this.#leaveOut(isStale);
  }

  #isStale(waiting: Waiting, now: number): boolean {
    const { message, at } = waiting;
    if (isRelease(message)) return false;
    if (!isPassing(message)) return now - at > maxAge;
    // The last move has the current position of the mouse or the fingers.
    const isNewest = waiting === this.#waiting.at(-1) && message.kind !== "wheel" && message.kind !== "key";
    return !isNewest && now - at > maxPassingAge;
  }

  /** Drops inputs. A press is dropped together with its release if that waits too. */
  #leaveOut(isLeftOut: (waiting: Waiting) => boolean): void {
    const pressed = new Set<string>();
    const waiting = this.#waiting;
    this.#waiting = waiting.filter((each) => {
      const { message } = each;
      const name = isPassing(message) ? undefined : heldName(message);
      const isOwnRelease = name !== undefined && isRelease(message) && pressed.delete(name);
      if (!isOwnRelease && !isLeftOut(each)) {
        // The release that follows belongs to this press.
        if (name !== undefined) pressed.delete(name);
        return true;
      }
      if (name !== undefined && !isRelease(message)) pressed.add(name);
      this.#weight -= weightOf(message);
      this.#dropped++;
      return false;
    });
  }

  #remove(index: number): void {
    const [removed] = this.#waiting.splice(index, 1);
    if (removed) this.#weight -= weightOf(removed.message);
  }
}

function weightOf(message: InputMessage): number {
  const length = "text" in message ? (message.text?.length ?? 0) : 0;
  return 1 + Math.floor(length / 4_096);
}
