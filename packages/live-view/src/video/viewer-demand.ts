import type { Scheduler, VideoDemand } from "@broadcast-ipc/protocol";
import { Throttle } from "../viewers/throttle.ts";
import type { DemandMessage } from "../wire/viewer-messages.ts";

/** What one viewer wants to see. Changes that follow each other quickly are combined, because each may cost a key frame. */
export class ViewerDemand {
  readonly #onChange: () => void;
  readonly #changes: Throttle;
  #wanted: DemandMessage | undefined;
  #wantsHidden = false;
  #demand: DemandMessage | undefined;
  #isHidden = false;

  /** `onChange` is called after each change. */
  constructor(scheduler: Scheduler, onChange: () => void) {
    this.#onChange = onChange;
    this.#changes = new Throttle(scheduler, 5, 10, () => this.#apply());
  }

  /** The demand; `null` while the viewer is hidden, or before its first demand. */
  get current(): DemandMessage | null {
    return this.#isHidden ? null : (this.#demand ?? null);
  }

  set(demand: DemandMessage): void {
    this.#wanted = demand;
    this.#changes.run();
  }

  setHidden(isHidden: boolean): void {
    this.#wantsHidden = isHidden;
    this.#changes.run();
  }

  close(): void {
    this.#changes.close();
  }

  #apply(): void {
    this.#demand = this.#wanted;
    this.#isHidden = this.#wantsHidden;
    this.#onChange();
  }
}

/** Returns the demand of a viewer in the terms of a receiver, without encodings. */
export function videoDemandOf({ maxFps, maxWidth, maxHeight }: DemandMessage): VideoDemand {
  return {
    ...(maxFps !== undefined && { maxFps }),
    ...(maxWidth !== undefined && { maxWidth }),
    ...(maxHeight !== undefined && { maxHeight }),
  };
}

/** Whether frames look the same for two demands. */
export function looksAlike(one: DemandMessage, other: DemandMessage): boolean {
  return (
    one.encoding === other.encoding && one.maxWidth === other.maxWidth && one.maxHeight === other.maxHeight
  );
}
