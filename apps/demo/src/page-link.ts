import type { LiveView } from "@broadcast-ipc/live-view";
import type { AppMessages } from "./page/app-messages.ts";

/** Exchanges the demo's own messages with its pages: what they show beside the video, and their buttons. */
export class PageLink {
  /** Called when a viewer kills the capture process. */
  onKill: (() => void) | undefined;
  /** Called when a viewer starts or stops a recording. */
  onRecord: (() => void) | undefined;
  readonly #view: LiveView;
  /** The last message of each name, for viewers that connect later. */
  readonly #last = new Map<string, unknown>();

  constructor(view: LiveView) {
    this.#view = view;
    view.on("viewer", (viewer) => {
      for (const [name, data] of this.#last) viewer.send(name, data);
    });
    view.on("message", ({ name }) => {
      if (name === "kill") this.onKill?.();
      else if (name === "record") this.onRecord?.();
    });
  }

  /** Sends a message to all pages, now and when they connect. */
  tell<Name extends keyof AppMessages>(name: Name, data: AppMessages[Name]): void {
    this.#last.set(name, data);
    this.#view.send(name, data);
  }
}
