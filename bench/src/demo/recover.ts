/// <reference lib="dom" />
import type { Page } from "playwright-core";

/** Milliseconds after the click that kills the capture process. */
export interface Recovery {
  /** The page reports that frames have stopped. */
  readonly told: number;
  /** The page shows a new frame. */
  readonly back: number;
}

/** Kills the capture process with the live page's button; resolves when the page shows a new frame. */
export function recover(page: Page): Promise<Recovery> {
  return page.evaluate(
    () =>
      new Promise<Recovery>((resolve) => {
        const { body } = document;
        const clicked = performance.now();
        let told = 0;
        const observer = new MutationObserver(() => {
          const { state } = body.dataset;
          if (state === "interrupted") told ||= performance.now() - clicked;
          if (told === 0 || state !== "live") return;
          observer.disconnect();
          resolve({ told, back: performance.now() - clicked });
        });
        observer.observe(body, { attributeFilter: ["data-state"] });
        document.querySelector<HTMLElement>("#kill")?.click();
      }),
  );
}
