import type { Browser } from "playwright-core";
import { findBrowser } from "./find-browser.ts";

const quietly = [
  ...["--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

/** Result of {@link launchBrowser}. */
interface LaunchedBrowser {
  readonly browser: Browser;
  /** A sentence for the user about how the browser runs. */
  readonly note: string | undefined;
}

/**
 * Starts a headless browser that is controlled through a pipe, so that it ends with this process in any case. Rejects
 * with an Error for the user if it does not start.
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
      // The app process handles Ctrl-C, see capture.ts.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
    return {
      browser,
      note: isRoot
        ? "The browser runs without its sandbox, because this user is root: open only pages that you trust."
        : undefined,
    };
  } catch (cause) {
    throw new Error(`${executablePath} did not start: ${whyNot(cause as Error)}`, { cause });
  }
}

/** The line of the browser's log that states the reason, if there is one. */
function whyNot({ message }: Error): string {
  if (message.includes("No usable sandbox")) return "this machine does not allow its sandbox";
  const fatal = /FATAL:[^\]]*\]\s*(.+)/.exec(message)?.[1];
  return fatal ?? message.split("\n", 1)[0]?.replace(/^browserType\.launch: /, "") ?? "it gave no reason";
}
