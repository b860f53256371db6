/**
 * A session of the Chrome DevTools Protocol for one page, as Playwright (`context.newCDPSession(page)`), Puppeteer
 * (`page.createCDPSession()`) and others make it.
 */
export interface CDPSessionLike {
  send(method: string, params?: object): Promise<unknown>;
  on(event: string, listener: (params: never) => void): unknown;
  off(event: string, listener: (params: never) => void): unknown;
  detach?(): Promise<unknown>;
}

/** A dialog that the page has opened: alert, confirm, prompt or beforeunload. */
export interface PageDialog {
  readonly type: "alert" | "confirm" | "prompt" | "beforeunload";
  readonly message: string;
  readonly defaultValue: string;
  /** Closes the dialog. Resolves when it is closed, also if somebody else has closed it. Never rejects. */
  answer(accept: boolean, text?: string): Promise<void>;
}

/** One window of the browser: the captured page, or a pop-up. Made from what Playwright, Puppeteer or CDP offer. */
export interface PageTarget {
  /** A session of our own for this window. */
  readonly session: CDPSessionLike;
  /** Resolves when the window or its browser is closed. */
  readonly closed: Promise<void>;
  readonly isClosed: boolean;
  /** Calls the listener with each pop-up window that this window opens. Without this method, pop-ups cannot be followed. */
  onPopup?(listener: (popup: PageTarget) => void): void;
  /**
   * Calls the listener with each dialog, unless the host program listens to dialogs itself. Returns a function that stops
   * listening.
   */
  onDialog(listener: (dialog: PageDialog) => void): () => void;
  /** Calls the listener when the window's renderer crashes. */
  onCrash(listener: () => void): void;
  /** Detaches the session. Leaves the window open. */
  release(): Promise<void>;
}
