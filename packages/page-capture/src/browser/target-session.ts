import type { CDPSessionLike } from "./page-target.ts";

/** The part of a window that is the same for Playwright, Puppeteer and a plain session. */
export class TargetSession {
  readonly session: CDPSessionLike;
  /** Resolves when {@link close} is called. */
  readonly closed: Promise<void>;
  isClosed = false;
  #resolveClosed = () => {};
  readonly #cleanups: (() => void)[] = [];

  constructor(session: CDPSessionLike) {
    this.session = session;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    // A page in an endless loop does not answer, so nothing waits for the answers.
    for (const method of ["Page.enable", "Inspector.enable"]) session.send(method).catch(ignore);
  }

  /** Marks the window as closed. */
  close(): void {
    this.isClosed = true;
    this.#resolveClosed();
  }

  /** Listens to an event of the session until {@link release}. Returns a function that stops listening earlier. */
  on(event: string, listener: (params: never) => void): () => void {
    return this.listen(this.session, event, listener);
  }

  /** Listens to an event of the page until {@link release}. Returns a function that stops listening earlier. */
  listen(emitter: Emitter, event: string, listener: (value: never) => void): () => void {
    emitter.on(event, listener);
    return this.cleanup(() => emitter.off(event, listener));
  }

  /** Calls the function on {@link release}, or when the returned function is called. */
  cleanup(undo: () => void): () => void {
    this.#cleanups.push(undo);
    return () => {
      const index = this.#cleanups.indexOf(undo);
      if (index === -1) return;
      this.#cleanups.splice(index, 1);
      undo();
    };
  }

  /** Resolves at the next end of a dialog, when the window is closed, and on {@link release}. */
  dialogClosed(): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.on("Page.javascriptDialogClosed", () => {
        stop();
        stopWaiting();
      });
      const stopWaiting = this.cleanup(resolve);
      this.closed.then(resolve);
    });
  }

  onCrash(listener: () => void): void {
    this.on("Inspector.targetCrashed", listener);
  }

  /** Removes all listeners. With `detach`, ends the session. */
  async release({ detach }: { readonly detach: boolean }): Promise<void> {
    for (const undo of this.#cleanups.splice(0)) undo();
    if (detach) await this.session.detach?.().catch(ignore);
  }
}

/** What the adapters use of the event emitters of Playwright and Puppeteer. */
export interface Emitter {
  on(event: string, listener: (value: never) => void): unknown;
  off(event: string, listener: (value: never) => void): unknown;
}

/** Ignores the error of a window that is closed, because `closed` reports that. */
export function ignore(): void {}
