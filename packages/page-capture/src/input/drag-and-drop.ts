import type { CDPSessionLike } from "../browser/page-target.ts";
import { ignore } from "../browser/target-session.ts";
import type { CDPCommand } from "./cdp-command.ts";

/** Time in ms after the release of the left button during which drags are still intercepted. */
const interceptionTail = 500;

/**
 * Performs mouse commands, and turns them into drag events while an element is dragged. The browser's own drag would follow
 * the mouse of the browser's machine, so this class intercepts drags while the left button is held.
 */
export class DragAndDrop {
  readonly #session: CDPSessionLike;
  #dragged: object | undefined;
  #hasEntered = false;
  #isHeld = false;
  #isIntercepting = false;
  /** The last release of the left button. */
  #release: CDPCommand["params"] | undefined;
  #tail: NodeJS.Timeout | undefined;

  constructor(session: CDPSessionLike) {
    this.#session = session;
    session.on("Input.dragIntercepted", this.#onIntercepted);
  }

  /** Sends a mouse command, or the drag events that take its place. */
  async send({ method, params }: CDPCommand): Promise<void> {
    const isLeft = params.button === "left";
    if (isLeft && params.type === "mousePressed" && !this.#isHeld) {
      this.#isHeld = true;
      clearTimeout(this.#tail);
      const isIntercepting = this.#isIntercepting;
      this.#isIntercepting = true;
      if (!isIntercepting) await this.#session.send("Input.setInterceptDrags", { enabled: true });
    }
    if (isLeft && params.type === "mouseReleased") {
      this.#isHeld = false;
      this.#release = params;
      this.#tail = setTimeout(() => this.#stopIntercepting(), interceptionTail).unref();
    }
    if (this.#dragged && params.type !== "mouseWheel") await this.#drag(this.#dragged, params);
    else await this.#session.send(method, params);
  }

  /** Cancels a drag, as Escape does. */
  async cancel(): Promise<void> {
    if (this.#dragged)
      await this.#drag(this.#dragged, { type: "mouseReleased", button: "left", x: -1, y: -1 });
  }

  /** Stops intercepting drags. */
  close(): void {
    clearTimeout(this.#tail);
    this.#session.off("Input.dragIntercepted", this.#onIntercepted);
    if (this.#isIntercepting) this.#stopIntercepting();
  }

  readonly #onIntercepted = ({ data }: { readonly data: object }): void => {
    this.#dragged = data;
    this.#hasEntered = false;
    // The browser may report a quick drag only after the release that ends it.
    if (!this.#isHeld && this.#release) this.#drag(data, this.#release).catch(ignore);
  };

  async #drag(data: object, { type, x, y, button, modifiers }: CDPCommand["params"]): Promise<void> {
    const isEnd = type === "mouseReleased" && button === "left";
    if (type !== "mouseMoved" && !isEnd) return;
    const dispatch = (event: string) =>
      this.#session.send("Input.dispatchDragEvent", { type: event, x, y, data, modifiers });
    // HeldMouse sends a release that the viewer did not send to a position outside of the page.
    const isCancelled = isEnd && Number(x) < 0;
    const events = this.#hasEntered || isCancelled ? [] : ["dragEnter"];
    events.push(isCancelled ? "dragCancel" : "dragOver");
    if (isEnd && !isCancelled) events.push("drop");
    this.#hasEntered = true;
    if (isEnd) this.#dragged = undefined;
    await Promise.all(events.map(dispatch));
  }

  #stopIntercepting(): void {
    this.#isIntercepting = false;
    this.#session.send("Input.setInterceptDrags", { enabled: false }).catch(ignore);
  }
}
