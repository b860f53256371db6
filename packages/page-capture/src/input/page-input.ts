import { setTimeout as delay } from "node:timers/promises";
import type { CopiedNotice, InputMessage } from "@broadcast-ipc/protocol";
import type { CDPSessionLike } from "../browser/page-target.ts";
import type { CDPCommand } from "./cdp-command.ts";
import { DragAndDrop } from "./drag-and-drop.ts";
import { HeldInputs } from "./held-inputs.ts";
import { InputQueue } from "./input-queue.ts";
import { isPassing } from "./merge-inputs.ts";
import { PageClipboard } from "./page-clipboard.ts";
import type { VisibleSize } from "./page-position.ts";

/** Time in ms after which a paste or copy is given up. */
const clipboardTimeout = 5_000;

/** Which clipboard inputs are performed. */
export interface ClipboardOptions {
  /** Whether viewers can paste text of their clipboards into the page. Default: true. */
  readonly paste?: boolean;
  /** Whether viewers can copy the selection of the page. Default: true. */
  readonly copy?: boolean;
}

/** Options of {@link PageInput}. */
export interface PageInputOptions {
  /** Called with the text that a viewer has copied. Only this viewer may get the text. */
  readonly onCopied: (notice: CopiedNotice) => void;
  /** Returns the size of the part of the page that the video frame shows. Called for each input. */
  readonly size: () => VisibleSize;
  readonly clipboard?: ClipboardOptions;
}

/** Counters of a {@link PageInput}. */
export interface PageInputStats {
  /** Inputs that were performed. Merged inputs count as one. */
  readonly performed: number;
  /** Inputs that were left out while the page did not react, because too many waited or because they were too old. */
  readonly dropped: number;
  /** Inputs that the options turn off. */
  readonly ignored: number;
}

/**
 * Performs the inputs of viewers in one window. Each viewer's inputs are performed in order, and viewers take turns.
 *
 * What a viewer holds (keys, mouse buttons, fingers, a composition) is tracked for each viewer, and {@link release} ends
 * it. While a page does not react, inputs wait: moves and turns of the wheel for a second, others for ten seconds, and
 * at most 512 for each viewer. A release of something that is held is always performed.
 *
 * What the DevTools Protocol cannot do: AltGraph is not a modifier of the page's events, touch events do not make a page
 * believe that the device has a touch screen, and the browser's own shortcuts (F5, Ctrl+T, Alt+Left) have no effect.
 */
export class PageInput {
  readonly #session: CDPSessionLike;
  readonly #size: () => VisibleSize;
  readonly #onCopied: (notice: CopiedNotice) => void;
  readonly #allowed: Required<ClipboardOptions>;
  readonly #queue = new InputQueue();
  readonly #held = new HeldInputs();
  readonly #drags: DragAndDrop;
  readonly #clipboard: PageClipboard;
  /** Settles when the browser has handled the last move or turn of the wheel. */
  #passing: Promise<void> | undefined;
  #isRunning = false;
  #isClosed = false;
  #performed = 0;
  #ignored = 0;

  constructor(session: CDPSessionLike, { onCopied, size, clipboard = {} }: PageInputOptions) {
    this.#session = session;
    this.#size = size;
    this.#onCopied = onCopied;
    this.#allowed = { paste: clipboard.paste ?? true, copy: clipboard.copy ?? true };
    this.#drags = new DragAndDrop(session);
    this.#clipboard = new PageClipboard(session);
  }

  /** Queues an input. Ignores answers of dialogs and pickers. Never throws. */
  perform(message: InputMessage): void {
    if (this.#isClosed || message.kind === "dialog" || message.kind === "picker") return;
    if (message.kind === "paste" || message.kind === "copy") {
      if (!this.#allowed[message.kind]) {
        this.#ignored++;
        return;
      }
    }
    this.#queue.push(message, performance.now());
    this.#wake();
  }

  /**
   * Drops the waiting inputs of a viewer that has left, and releases what no other viewer holds. Without an argument, does
   * so for all viewers.
   */
  release(viewer?: string): void {
    if (this.#isClosed) return;
    const viewers = viewer === undefined ? [...this.#queue.viewers, ...this.#held.viewers] : [viewer];
    for (const each of viewers) this.#queue.release(each, performance.now());
    this.#wake();
  }

  /** Releases everything at once, and ignores all further inputs. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#queue.clear();
    const commands = [...this.#held.viewers].flatMap((viewer) => this.#held.release(viewer));
    for (const command of commands) this.#send(command).catch(() => {});
    this.#drags.close();
    this.#clipboard.close();
  }

  stats(): PageInputStats {
    return { performed: this.#performed, dropped: this.#queue.dropped, ignored: this.#ignored };
  }

  #wake(): void {
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (;;) {
      const message = this.#queue.take(performance.now(), { passing: this.#passing === undefined });
      if (!message) break;
      this.#performed++;
      // A command fails if the window is closed or has crashed. The input has no effect then.
      await this.#performNow(message).catch(() => {});
    }
    this.#isRunning = false;
  }

  async #performNow(message: InputMessage): Promise<void> {
    if (message.kind === "paste" || message.kind === "copy") return this.#useClipboard(message);
    // The move before the release may start a drag. The release must then drop what is dragged.
    if (message.kind === "release" || (message.kind === "pointer" && message.event === "up"))
      await this.#passing;
    const commands = this.#held.commands(message, this.#size());
    if (isPassing(message)) return this.#startPassing(commands);
    for (const command of commands) await this.#send(command);
  }

  /**
   * Sends the commands of a move or a turn of the wheel without waiting for the page, which answers once for each frame
   * that it draws. Other inputs are sent at once, and the next move is sent when the page has handled this one.
   */
  #startPassing(commands: readonly CDPCommand[]): void {
    if (commands.length === 0) return;
    const passing = Promise.allSettled([
      this.#passing,
      ...commands.map((command) => this.#send(command)),
    ]).then(() => {
      if (this.#passing !== passing) return;
      this.#passing = undefined;
      this.#wake();
    });
    this.#passing = passing;
  }

  async #send(command: CDPCommand): Promise<void> {
    const { method, params } = command;
    if (method === "Input.dispatchMouseEvent") return this.#drags.send(command);
    if (params.key === "Escape" && params.type === "rawKeyDown") await this.#drags.cancel();
    await this.#session.send(method, params);
  }

  async #useClipboard(message: Extract<InputMessage, { kind: "paste" | "copy" }>): Promise<void> {
    const timeout = new AbortController();
    const givenUp = delay(clipboardTimeout, undefined, { signal: timeout.signal }).catch(() => undefined);
    try {
      if (message.kind === "paste") return await Promise.race([this.#clipboard.paste(message.text), givenUp]);
      const text = await Promise.race([this.#clipboard.copy(message.cut === true), givenUp]);
      const { viewer } = message;
      if (!this.#isClosed)
        this.#onCopied({ kind: "copied", ...(viewer !== undefined && { viewer }), text: text ?? "" });
    } finally {
      timeout.abort();
    }
  }
}
