import type { CDPSessionLike } from "../browser/page-target.ts";
import type { CDPCommand } from "./cdp-command.ts";

/**
 * Performs mouse commands, and turns them into drag events while an element is dragged. A drag of the browser's own would
 * follow the mouse of the browser's machine, so the browser is told to leave drags to this class while the left button is
 * held.
 */
export class DragAndDrop {
  readonly #session: CDPSessionLike;
  readonly #onIntercepted = ({ data }: { readonly data: object }) => {
    this.#dragged = data;
    this.#hasEntered = false;
  };
  #dragged: object | undefined;
  #hasEntered = false;

  constructor(session: CDPSessionLike) {
    this.#session = session;
    session.on("Input.dragIntercepted", this.#onIntercepted);
  }

  /** Sends a mouse command, or the drag events that take its place. */
  async send({ method, params }: CDPCommand): Promise<void> {
    const isLeft = params.button === "left";
    if (params.type === "mousePressed" && isLeft && !this.#dragged) await this.#intercept(true);
    if (this.#dragged && (await this.#drag(this.#dragged, params))) return;
    await this.#session.send(method, params);
    if (params.type === "mouseReleased" && isLeft) await this.#intercept(false);
  }

  /** Cancels a drag and stops to intercept drags. */
  close(): void {
    this.#session.off("Input.dragIntercepted", this.#onIntercepted);
    this.#intercept(false).catch(() => {});
  }

  /** Returns whether the mouse command belonged to the drag. */
  async #drag(
    data: object,
    { type, x, y, button, modifiers, clickCount }: CDPCommand["params"],
  ): Promise<boolean> {
    const dispatch = (event: string) =>
      this.#session.send("Input.dispatchDragEvent", { type: event, x, y, data, modifiers });
    if (type === "mouseMoved") {
      const entered = this.#hasEntered ? undefined : dispatch("dragEnter");
      this.#hasEntered = true;
      await Promise.all([entered, dispatch("dragOver")]);
    }
    if (type === "mouseReleased" && button === "left") {
      this.#dragged = undefined;
      // A release without a click is not the viewer's own.
      await dispatch(clickCount === 0 ? "dragCancel" : "drop");
      await this.#intercept(false);
    }
    return type !== "mouseWheel";
  }

  #intercept(enabled: boolean): Promise<unknown> {
    return this.#session.send("Input.setInterceptDrags", { enabled });
  }
}
