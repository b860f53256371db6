import { PageCaptureError } from "../page-capture-error.ts";
import type { CDPSessionLike, PageTarget } from "./page-target.ts";
import { type PlaywrightPageLike, playwrightTarget } from "./playwright-target.ts";
import { type PuppeteerPageLike, puppeteerTarget } from "./puppeteer-target.ts";
import { sessionTarget } from "./session-target.ts";

/** The methods by which a `Page` of Playwright is recognized. */
interface PlaywrightPage {
  context(): { newCDPSession(page: never): Promise<unknown> };
  isClosed(): boolean;
  on(event: never, listener: never): unknown;
  off(event: never, listener: never): unknown;
}

/** The methods by which a `Page` of Puppeteer is recognized. */
interface PuppeteerPage {
  createCDPSession(): Promise<unknown>;
  isClosed(): boolean;
  on(event: never, listener: never): unknown;
  off(event: never, listener: never): unknown;
}

/** The methods by which a CDP session is recognized. */
interface PageSession {
  send(method: never, params?: never): Promise<unknown>;
  on(event: never, listener: never): unknown;
  off(event: never, listener: never): unknown;
}

/** A `Page` of Playwright or Puppeteer, or a session of the Chrome DevTools Protocol for one page. */
export type CapturablePage = PlaywrightPage | PuppeteerPage | PageSession;

/**
 * Opens a session for the page, which is recognized by its methods. Rejects with ERR_CAPTURE_UNKNOWN_PAGE if the value is
 * none of {@link CapturablePage}.
 */
export async function openTarget(page: CapturablePage): Promise<PageTarget> {
  if (has<PlaywrightPageLike>(page, "context", "on", "off", "isClosed")) return playwrightTarget(page);
  if (has<PuppeteerPageLike>(page, "createCDPSession", "on", "off", "isClosed")) return puppeteerTarget(page);
  if (has<CDPSessionLike>(page, "send", "on", "off")) return sessionTarget(page);
  throw new PageCaptureError(
    "ERR_CAPTURE_UNKNOWN_PAGE",
    `page must be a Page of Playwright or Puppeteer, or a CDP session, got ${describe(page)}`,
  );
}

function has<T>(value: unknown, ...methods: (keyof T & string)[]): value is T {
  if (typeof value !== "object" || value === null) return false;
  return methods.every((method) => typeof (value as Record<string, unknown>)[method] === "function");
}

function describe(value: unknown): string {
  if (typeof value !== "object" || value === null) return value === null ? "null" : `a ${typeof value}`;
  return `an object of class ${value.constructor?.name ?? "unknown"}`;
}
