/// <reference lib="dom" />
import type { Page } from "playwright-core";

/** Times of the page's reactions, in ms after the click that kills the capture process. */
export interface Recovery {
  /** When the page reports that frames have stopped. */
  readonly interrupted: number;
  /** When the page shows a new frame. */
  readonly live: number;
}

/** Kills the capture process with the button of the live page. Resolves when the page shows a new frame. */
export function recover(page: Page): Promise<Recovery> {
  return page.evaluate(
    () =>
      new Promise<Recovery>((resolve) => {
        const { body } = document;
        const clicked = performance.now();
        let interrupted = 0;
        const observer = new MutationObserver(() => {
          const { state } = body.dataset;
          if (state === "interrupted") interrupted ||= performance.now() - clicked;
          if (interrupted === 0 || state !== "live") return;
          observer.disconnect();
          resolve({ interrupted, live: performance.now() - clicked });
        });
        observer.observe(body, { attributeFilter: ["data-state"] });
        document.querySelector<HTMLElement>("#kill")?.click();
      }),
  );
}
