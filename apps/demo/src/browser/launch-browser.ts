import type { Browser } from "playwright-core";
import { findBrowser } from "./find-browser.ts";

const quietly = [
  ...["--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

/** What {@link launchBrowser} started. */
interface LaunchedBrowser {
  readonly browser: Browser;
  /** What a person should know of how it runs. */
  readonly note: string | undefined;
}

/**
 * Starts the browser of this machine without a window. It is steered through a pipe, so that it ends when this process
 * does, however that ends. Rejects with an Error that says in a sentence why it could not.
 */
export async function launchBrowser(): Promise<LaunchedBrowser> {
  const executablePath = findBrowser();
  // Chromium refuses to run its sandbox as root.
  const isRoot = process.getuid?.() === 0;
  const { chromium } = await import("playwright-core");
  try {
    const browser = await chromium.launch({
      executablePath,
      headless: true,
      chromiumSandbox: !isRoot,
      args: quietly,
      // An interrupt is for the app to answer, see capture.ts.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
    return {
      browser,
      note: isRoot
        ? "The browser runs without its sandbox, since this is root: show it pages that you trust."
        : undefined,
    };
  } catch (cause) {
    throw new Error(`${executablePath} did not start: ${whyNot(cause as Error)}`, { cause });
  }
}

/** The line of the browser's own log that says why, if there is one. */
function whyNot({ message }: Error): string {
  if (message.includes("No usable sandbox")) return "this machine does not allow its sandbox";
  const fatal = /FATAL:[^\]]*\]\s*(.+)/.exec(message)?.[1];
  return fatal ?? message.split("\n", 1)[0]?.replace(/^browserType\.launch: /, "") ?? "it did not say why";
}
