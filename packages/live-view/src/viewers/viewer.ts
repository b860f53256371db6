import type { IncomingMessage } from "node:http";
import type { ViewerStats } from "./viewer-stats.ts";

/** What a {@link Viewer} needs from the view. */
interface ViewerOwner {
  readonly hasControl: boolean;
  stats(): ViewerStats;
  send(name: string, data: unknown): boolean;
  remove(reason: string): void;
  giveControl(): void;
}

/** One viewer of a `LiveView`. */
export class Viewer {
  /** Identifies the viewer among all viewers of this process. A viewer that reconnects gets another id. */
  readonly id: string;
  /** The request that opened the connection. */
  readonly request: IncomingMessage;
  /** Whether the viewer may control, see `authorize`. */
  readonly mayControl: boolean;
  readonly #owner: ViewerOwner;

  /** @internal */
  constructor(id: string, request: IncomingMessage, mayControl: boolean, owner: ViewerOwner) {
    this.id = id;
    this.request = request;
    this.mayControl = mayControl;
    this.#owner = owner;
  }

  /** Whether the viewer's input reaches the page now. */
  get hasControl(): boolean {
    return this.#owner.hasControl;
  }

  /** Returns the figures of this viewer since it connected. */
  stats(): ViewerStats {
    return this.#owner.stats();
  }

  /**
   * Sends a message to the viewer, which gets it as the event "message". Returns `false` if the message was dropped,
   * because the viewer is gone or 256 KiB wait already. Throws a TypeError if `data` cannot be JSON.
   */
  send(name: string, data?: unknown): boolean {
    return this.#owner.send(name, data);
  }

  /**
   * Cuts the viewer off. From now on, nothing that it sends has an effect, and what it holds is released. The reason is
   * shown to the viewer, whose page does not connect again.
   */
  remove(reason = ""): void {
    this.#owner.remove(reason);
  }

  /** Gives the viewer control, and takes it from the viewer that has it. Throws an Error if the viewer may not control. */
  giveControl(): void {
    this.#owner.giveControl();
  }
}
