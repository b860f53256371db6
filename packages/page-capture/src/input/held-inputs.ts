import type { InputMessage } from "@broadcast-ipc/protocol";
import type { CDPCommand } from "./cdp-command.ts";
import { HeldKeys } from "./held-keys.ts";
import { HeldMouse } from "./held-mouse.ts";
import { HeldTouches } from "./held-touches.ts";
import { pagePosition, type VisibleSize } from "./page-position.ts";

/**
 * Converts inputs to commands, and keeps what each viewer holds: keys, mouse buttons, fingers and a composition. Pure: the methods return the commands to send.
 */
export class HeldInputs {
  readonly #keys = new HeldKeys();
  readonly #mouse = new HeldMouse();
  readonly #touches = new HeldTouches();
  /** The viewer whose composition is not committed yet. */
  #composer: string | undefined;

  /** The viewers that hold something. */
  get viewers(): ReadonlySet<string> {
    const viewers = new Set([...this.#keys.viewers, ...this.#touches.viewers]);
    if (this.#mouse.owner !== undefined) viewers.add(this.#mouse.owner);
    if (this.#composer !== undefined) viewers.add(this.#composer);
    return viewers;
  }

  /** Returns the commands that perform an input. Clipboard inputs, dialogs and pickers have none. */
  commands(message: InputMessage, page: VisibleSize): readonly CDPCommand[] {
    const { viewer = "" } = message;
    switch (message.kind) {
      case "pointer": {
        const lost = this.#keys.follow(viewer, message);
        return [...lost, ...this.#mouse.point(viewer, message, pagePosition(message, page))];
      }
      case "wheel": {
        const lost = this.#keys.follow(viewer, message);
        return [...lost, this.#mouse.wheel(viewer, message, pagePosition(message, page), page)];
      }
      case "touch": {
        const lost = this.#keys.follow(viewer, message);
        const positions = message.points.map((point) => pagePosition(point, page));
        return [...lost, ...this.#touches.touch(viewer, message, positions)];
      }
      case "key":
        return message.event === "down" ? this.#keys.down(viewer, message) : this.#keys.up(viewer, message);
      case "text":
        this.#composer = undefined;
        return [{ method: "Input.insertText", params: { text: message.text } }];
      case "composition":
        return this.#compose(viewer, message.text, message.cursor);
      case "release":
        return this.release(viewer);
      default:
        return [];
    }
  }

  /** Returns the commands that release everything that a viewer holds. */
  release(viewer: string): readonly CDPCommand[] {
    const composition = this.#composer === viewer ? this.#compose(viewer, "") : [];
    return [
      ...composition,
      ...this.#mouse.release(viewer),
      ...this.#touches.release(viewer),
      ...this.#keys.release(viewer),
    ];
  }

  #compose(viewer: string, text: string, cursor = text.length): readonly CDPCommand[] {
    this.#composer = text === "" ? undefined : viewer;
    const selection = Math.min(cursor, text.length);
    const params = { text, selectionStart: selection, selectionEnd: selection };
    return [{ method: "Input.imeSetComposition", params }];
  }
}
