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
  /** Resolves when the dialog is closed, whoever closes it, and when its window is closed. */
  readonly closed: Promise<void>;
  /** Closes the dialog. Resolves when it is closed, also if somebody else has closed it. Never rejects. */
  answer(accept: boolean, text?: string): Promise<void>;
}

/** A pop-up window that has no session yet. */
export interface PopupWindow {
  /** Opens a session for the window. Rejects with ERR_CAPTURE_PAGE_CLOSED if the window is closed already. */
  attach(): Promise<PageTarget>;
  /** Closes the window without its `beforeunload` dialog. Never rejects. */
  close(): Promise<void>;
}

/** One window of the browser, the captured page or a pop-up, with the same interface for Playwright, Puppeteer and CDP. */
export interface PageTarget {
  /** A session of our own for this window. The page domain is enabled. */
  readonly session: CDPSessionLike;
  /** Resolves when the window or its browser is closed. */
  readonly closed: Promise<void>;
  readonly isClosed: boolean;
  /**
   * Calls the listener with each pop-up window that this window opens, until {@link release}. Without this method, pop-ups
   * cannot be followed.
   */
  onPopup?(listener: (popup: PopupWindow) => void): void;
  /**
   * Calls the listener with each dialog, unless the host program listens to dialogs itself. Returns a function that stops
   * listening.
   */
  onDialog(listener: (dialog: PageDialog) => void): () => void;
  /** Calls the listener when the window's renderer crashes. */
  onCrash(listener: () => void): void;
  /** Removes all listeners and detaches the session. Leaves the window open. Never rejects. */
  release(): Promise<void>;
}
