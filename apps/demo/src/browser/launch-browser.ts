import type { Browser } from "playwright-core";
import { findBrowser } from "./find-browser.ts";

const quietly = [
  ...["--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

/** Longest wait for the browser to start, in ms. */
const startTimeout = 20_000;

/** Result of {@link launchBrowser}. */
interface LaunchedBrowser {
  readonly browser: Browser;
  /** Text to print for the user if the browser runs without its sandbox. */
  readonly note: string | undefined;
}

/**
 * Starts a headless browser. The browser is controlled through a pipe, so it ends even if this process is killed.
 * Rejects with a user-facing Error if the browser does not start.
 */
export async function launchBrowser(): Promise<LaunchedBrowser> {
  const executablePath = findBrowser();
  // Chromium refuses to start as root with its sandbox enabled.
  const isRoot = process.getuid?.() === 0;
  const { chromium } = await import("playwright-core");
  try {
    const browser = await chromium.launch({
      executablePath,
      headless: true,
      chromiumSandbox: !isRoot,
      args: quietly,
      timeout: startTimeout,
      // The app process handles signals and stops this process, see capture.ts.
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

/** Extracts the reason from Playwright's error, which contains the browser's log. */
function whyNot({ message }: Error): string {
  if (message.includes("No usable sandbox")) return "this machine does not allow the browser's sandbox";
  const fatal = /FATAL:[^\]]*\]\s*(.+)/.exec(message)?.[1];
  return fatal ?? message.split("\n", 1)[0]?.replace(/^browserType\.launch: /, "") ?? "no reason given";
}
