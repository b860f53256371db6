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
  async #drag(data: object, { type, x, y, button, modifiers }: CDPCommand["params"]): Promise<boolean> {
    const isEnd = type === "mouseReleased" && button === "left";
    if (type === "mouseMoved" || isEnd) {
      const event = { x, y, data, modifiers };
      const dispatch = (type: string) => this.#session.send("Input.dispatchDragEvent", { type, ...event });
      // HeldMouse releases a button outside of the page if the viewer has not released it.
      const isCancelled = isEnd && Number(x) < 0;
      const sent = this.#hasEntered || isCancelled ? [] : [dispatch("dragEnter")];
      this.#hasEntered = true;
      sent.push(dispatch(isCancelled ? "dragCancel" : "dragOver"));
      if (isEnd) this.#dragged = undefined;
      if (isEnd && !isCancelled) sent.push(dispatch("drop"));
      await Promise.all(sent);
      if (isEnd) await this.#intercept(false);
    }
    return type !== "mouseWheel";
  }

  #intercept(enabled: boolean): Promise<unknown> {
    return this.#session.send("Input.setInterceptDrags", { enabled });
  }
}
