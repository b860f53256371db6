import { inputMessageType, messageContent, type Scheduler, type ViewerInput } from "@broadcast-ipc/protocol";
import { InputRelay, type ReceiverLike } from "@broadcast-ipc/receiver/sink";
import type { ViewerConnection } from "../viewers/viewer-connection.ts";
import { ControlDesk, type ControlMode } from "./control-desk.ts";

interface InputControlOptions {
  readonly mode: ControlMode;
  readonly scheduler: Scheduler;
  readonly viewers: Iterable<ViewerConnection>;
  onChange(viewer: ViewerConnection | undefined, previous: ViewerConnection | undefined): void;
  onRequest(viewer: ViewerConnection): void;
}

/** Decides whose input reaches the capture process, and tells all viewers who has control. */
export class InputControl {
  readonly #options: InputControlOptions;
  readonly #desk: ControlDesk<ViewerConnection>;
  readonly #relay: InputRelay;
  #refused = 0;

  constructor(options: InputControlOptions) {
    this.#options = options;
    this.#relay = new InputRelay(options.scheduler);
    this.#desk = new ControlDesk(options.mode, {
      onChange: (viewer, previous) => options.onChange(viewer, previous),
      onRequest: (viewer) => options.onRequest(viewer),
      onRelease: (viewer, isTaken) => this.#relay.release(viewer.id, isTaken),
    });
  }

  get holder(): ViewerConnection | undefined {
    return this.#desk.holder;
  }

  get counts(): { readonly sent: number; readonly dropped: number; readonly refused: number } {
    return { ...this.#relay.counts, refused: this.#refused };
  }

  /** Connects the receiver that input is sent to, or none. */
  connect(receiver: ReceiverLike | undefined): void {
    if (receiver) this.#relay.connect((input) => receiver.send(inputMessageType, ...messageContent(input)));
    else this.#relay.disconnect();
  }

  hasControl(viewer: ViewerConnection): boolean {
    return viewer.mayControl && !viewer.socket.isClosed && this.#desk.mayInput(viewer);
  }

  /** Passes on a viewer's input if it has control. */
  input(viewer: ViewerConnection, input: ViewerInput): void {
    if (!this.hasControl(viewer)) {
      viewer.refusedInputs++;
      this.#refused++;
      return;
    }
    // Input without a request for control counts as a request, so the host program learns who uses the page.
    if (this.#desk.holder === undefined && isStart(input)) this.ask(viewer, true);
    this.#relay.push(viewer.id, input);
  }

  /** A viewer asks for control, or gives it back. */
  ask(viewer: ViewerConnection, isWanted: boolean): void {
    if (!viewer.mayControl || viewer.socket.isClosed) return;
    if (isWanted) this.#desk.ask(viewer);
    else this.#desk.giveBack(viewer);
    this.#tell();
  }

  /** Gives a viewer control. Throws an Error if it may not control. */
  give(viewer: ViewerConnection): void {
    if (!viewer.mayControl) throw new Error("the viewer may not control, see authorize");
    if (viewer.socket.isClosed) return;
    this.#desk.give(viewer);
    this.#tell();
  }

  /** Takes control away from all viewers. */
  takeAway(): void {
    this.#desk.takeAway([...this.#options.viewers].filter(({ mayControl }) => mayControl));
    this.#tell();
  }

  /** Greets a new viewer. */
  join(viewer: ViewerConnection): void {
    this.#tellOne(viewer);
  }

  /** Forgets a viewer that leaves. `isCutOff`: its input that waits is dropped. */
  leave(viewer: ViewerConnection, isCutOff: boolean): void {
    if (isCutOff) this.#relay.release(viewer.id, true);
    this.#desk.leave(viewer);
    this.#tell();
  }

  #tell(): void {
    for (const viewer of this.#options.viewers) this.#tellOne(viewer);
  }

  #tellOne(viewer: ViewerConnection): void {
    const { holder } = this.#desk;
    viewer.tellControl({
      type: "control",
      holder: holder === undefined ? "none" : this.#desk.isDriving(viewer) ? "you" : "other",
      isWaiting: this.#desk.isWaiting(viewer),
      isWanted: this.#desk.isWanted(viewer),
    });
  }
}

/** Whether an input counts as a request for control. A move of the mouse does not. */
function isStart(input: ViewerInput): boolean {
  switch (input.kind) {
    case "pointer":
    case "key":
      return input.event === "down";
    case "touch":
      return input.event === "start";
    default:
      return input.kind !== "release";
  }
}
