import type { CDPSessionLike } from "../browser/page-target.ts";
import { PageCaptureError } from "../page-capture-error.ts";

interface LayoutMetrics {
  readonly layoutViewport: { readonly clientWidth: number };
  readonly cssLayoutViewport: { readonly clientWidth: number };
}

/**
 * Returns an error with ERR_CAPTURE_BLURRED if the page has a higher device pixel ratio than the screencast. Emulation
 * raises the ratio of the page, but not of the screencast. Rejects if the page is closed, and waits while it is blocked.
 */
export async function checkSharpness(session: CDPSessionLike): Promise<PageCaptureError | undefined> {
  const expression = "devicePixelRatio";
  const { result } = (await session.send("Runtime.evaluate", { expression, returnByValue: true })) as {
    readonly result: { readonly value?: unknown };
  };
  const { layoutViewport, cssLayoutViewport } = (await session.send(
    "Page.getLayoutMetrics",
  )) as LayoutMetrics;
  const ratio = result.value;
  const captured = layoutViewport.clientWidth / cssLayoutViewport.clientWidth;
  if (typeof ratio !== "number" || !(ratio > captured + 0.01)) return undefined;
  return new PageCaptureError(
    "ERR_CAPTURE_BLURRED",
    `the page has a device pixel ratio of ${ratio}, but the browser captures it at ${Number(captured.toFixed(2))}: ` +
      `start the browser with --force-device-scale-factor=${ratio}`,
  );
}
