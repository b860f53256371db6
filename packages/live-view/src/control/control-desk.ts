/** How control is shared: every viewer that may control may send input at any time, or one viewer at a time. */
export type ControlMode = "shared" | "exclusive";

/** Callbacks of a {@link ControlDesk}. */
interface ControlDeskHandlers<V> {
  /** The holder has changed. */
  onChange(holder: V | undefined, previous: V | undefined): void;
  /** A viewer waits for the control that another one has. */
  onRequest(viewer: V): void;
  /**
   * What a viewer holds must be released. `isTaken`: control was taken from the viewer, so its input that still waits is
   * no longer wanted.
   */
  onRelease(viewer: V, isTaken: boolean): void;
}

/** Decides who has control, as a pure state machine. Only viewers that may control are passed to it. */
export class ControlDesk<V> {
  readonly #mode: ControlMode;
  readonly #handlers: ControlDeskHandlers<V>;
  /** Waiting viewers, longest first. Only with `"exclusive"`. */
  readonly #waiting = new Set<V>();
  /** Viewers that must ask again, because the host has taken control. Only with `"shared"`. */
  readonly #suspended = new Set<V>();
  /** Viewers that have asked for control and not given it back, in this order. Only with `"shared"`. */
  readonly #driving = new Set<V>();
  #holder: V | undefined;

  constructor(mode: ControlMode, handlers: ControlDeskHandlers<V>) {
    this.#mode = mode;
    this.#handlers = handlers;
  }

  get holder(): V | undefined {
    return this.#holder;
  }

  /** Whether a viewer has asked for control, has it and has not given it back. With `"shared"`, several viewers have it. */
  isDriving(viewer: V): boolean {
    return this.#mode === "shared" ? this.#driving.has(viewer) : this.#holder === viewer;
  }

  /** Whether a viewer may send input now. */
  mayInput(viewer: V): boolean {
    return this.#mode === "shared" ? !this.#suspended.has(viewer) : this.#holder === viewer;
  }

  isWaiting(viewer: V): boolean {
    return this.#waiting.has(viewer);
  }

  /** Whether another viewer waits for the control that this viewer has. */
  isWanted(viewer: V): boolean {
    return this.#holder === viewer && this.#waiting.size > 0;
  }

  /** A viewer asks for control. */
  ask(viewer: V): void {
    this.#suspended.delete(viewer);
    if (this.#mode === "shared" || this.#holder === undefined) this.#pass(viewer);
    else if (this.#holder !== viewer && !this.#waiting.has(viewer)) {
      this.#waiting.add(viewer);
      this.#handlers.onRequest(viewer);
    }
  }

  /**
   * A viewer gives control back, or no longer waits for it. With `"exclusive"`, the viewer that has waited longest gets
   * control. With `"shared"`, the other viewer that took control last is the holder.
   */
  giveBack(viewer: V): void {
    this.#waiting.delete(viewer);
    this.#driving.delete(viewer);
    this.#handlers.onRelease(viewer, false);
    if (this.#holder !== viewer) return;
    this.#change(this.#mode === "shared" ? [...this.#driving].at(-1) : [...this.#waiting][0]);
  }

  /** The host gives control to a viewer. */
  give(viewer: V): void {
    this.#suspended.delete(viewer);
    this.#pass(viewer);
  }

  /** The host takes control away from all of these viewers. They may ask again. */
  takeAway(viewers: Iterable<V>): void {
    this.#waiting.clear();
    this.#driving.clear();
    for (const viewer of viewers) {
      if (this.#mode === "shared") this.#suspended.add(viewer);
      this.#handlers.onRelease(viewer, true);
    }
    this.#change(undefined);
  }

  /** Removes a viewer that leaves. */
  leave(viewer: V): void {
    this.giveBack(viewer);
    this.#suspended.delete(viewer);
  }

  /** Makes a viewer the holder, and takes control from the one that has it. */
  #pass(holder: V): void {
    const previous = this.#holder;
    if (previous !== undefined && previous !== holder && this.#mode === "exclusive") {
      this.#handlers.onRelease(previous, true);
    }
    if (this.#mode === "shared") {
      this.#driving.delete(holder);
      this.#driving.add(holder);
    }
    this.#change(holder);
  }

  #change(holder: V | undefined): void {
    const previous = this.#holder;
    if (holder !== undefined) this.#waiting.delete(holder);
    if (holder === previous) return;
    this.#holder = holder;
    this.#handlers.onChange(holder, previous);
  }
}
