import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";

/** A reserved domain that never resolves. All requests to the domain are intercepted and answered with local files. */
const origin = "https://bundled-page.invalid/";

const files = ["index.html", "bundled-page.css", "bundled-page.js"];

/** Opens the bundled page without network access. The page animates at the given frame rate. */
export async function openBundledPage(
  page: Page,
  framesPerSecond: number,
  directory: URL = new URL("bundled-page/", import.meta.url),
): Promise<void> {
  const path = (file: string) => fileURLToPath(new URL(file, directory));
  if (!files.every((file) => existsSync(path(file))))
    throw new Error("the demo's own page has not been built (npm run build)");
  await page.route(`${origin}**`, (route) => {
    const name = new URL(route.request().url()).pathname.slice(1) || "index.html";
    return files.includes(name) ? route.fulfill({ path: path(name) }) : route.fulfill({ status: 404 });
  });
  await page.goto(`${origin}?fps=${framesPerSecond}`);
}
