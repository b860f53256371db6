import { accessSync, constants } from "node:fs";

const places = [
  process.env.BROWSER_PATH,
  ...["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium"],
  ...[
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
  ],
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** The executable of an installed Chromium, or `undefined`. */
export const executablePath: string | undefined = places.find((file) => {
  try {
    if (file) accessSync(file, constants.X_OK);
    return file !== undefined;
  } catch {
    return false;
  }
});

/** Whether to skip the tests that need a browser. In CI they fail instead. */
export const isSkipped: boolean = executablePath === undefined && !process.env.CI;

if (isSkipped) console.warn("SKIPPED, because it is not installed: Chromium, Chrome or Edge");
