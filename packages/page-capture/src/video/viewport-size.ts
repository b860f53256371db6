import type { CDPSessionLike } from "../browser/page-target.ts";

/** Size of the visible part of a page in CSS pixels of a page that is not zoomed. */
export interface ViewportSize {
  readonly width: number;
  readonly height: number;
}

interface LayoutMetrics {
  readonly cssVisualViewport: {
    readonly clientWidth: number;
    readonly clientHeight: number;
    readonly scale: number;
  };
}

/** Asks the page for the size of its viewport. Rejects if the page is closed, and waits while it is blocked. */
export async function viewportSize(session: CDPSessionLike): Promise<ViewportSize> {
  const { cssVisualViewport } = (await session.send("Page.getLayoutMetrics")) as LayoutMetrics;
  const { clientWidth, clientHeight, scale } = cssVisualViewport;
  return { width: Math.round(clientWidth * scale), height: Math.round(clientHeight * scale) };
}
