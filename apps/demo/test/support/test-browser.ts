import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import sharp from "sharp";
import { lightChromium } from "../../../../tests/support/light-chromium.ts";
import { frameCodeArea, readFrameCodeStrip } from "../../src/synthetic/frame-code.ts";

/** A page in a browser, and its errors. */
export interface OpenedPage {
  readonly page: Page;
  /** Uncaught errors, and errors logged to the console. */
  readonly complaints: string[];
}

/** Starts a headless browser. */
export function launchBrowser(executablePath: string | undefined): Promise<Browser> {
  return chromium.launch({
    ...(executablePath && { executablePath }),
    args: [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
      lightChromium,
    ],
  });
}

/** Opens the live page. Calls `prepare` before the page loads. */
export async function openPage(
  browser: Browser,
  url: string,
  { prepare, ...options }: BrowserContextOptions & { prepare?: (page: Page) => Promise<void> } = {},
): Promise<OpenedPage> {
  const page = await browser.newPage(options);
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await prepare?.(page);
  await page.goto(url);
  return { page, complaints };
}

/** Reads the frame number from the pixels of the canvas. Returns `undefined` if there is no valid code. */
export async function shownFrame(page: Page, height = 720): Promise<number | undefined> {
  const strip = await page.evaluate<number[]>(`(({ x, y, width, height }) => {
    const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    context.drawImage(document.querySelector("#view").shadowRoot.querySelector("canvas"), -x, -y);
    return [...context.getImageData(0, 0, width, height).data];
  })(${JSON.stringify(frameCodeArea(height))})`);
  return readFrameCodeStrip(Uint8Array.from(strip));
}

/** Returns red, green and blue at each of the given positions of the canvas. */
export function shownColors(
  page: Page,
  places: readonly { readonly x: number; readonly y: number }[],
): Promise<number[][]> {
  return page.evaluate<number[][]>(`(${JSON.stringify(places)}).map(({ x, y }) => {
    const context = new OffscreenCanvas(1, 1).getContext("2d");
    context.drawImage(document.querySelector("#view").shadowRoot.querySelector("canvas"), -x, -y);
    return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  })`);
}

/** Returns the content of the canvas as tightly packed RGB. */
export async function shownPixels(page: Page): Promise<{ width: number; height: number; data: Uint8Array }> {
  const url = await page.evaluate<string>(
    `document.querySelector("#view").shadowRoot.querySelector("canvas").toDataURL("image/png")`,
  );
  const png = Buffer.from(url.slice(url.indexOf(",") + 1), "base64");
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** Starts to record the number on the canvas at each display frame. Repeated numbers are recorded once. */
export async function recordFrames(page: Page, height: number): Promise<void> {
  await page.evaluate(`(({ x, y, width }) => {
    const seen = (window.seenFrames = []);
    const context = new OffscreenCanvas(width, 1).getContext("2d", { willReadFrequently: true });
    const note = () => {
      context.drawImage(document.querySelector("#view").shadowRoot.querySelector("canvas"), -x, -y - 4);
      const { data } = context.getImageData(0, 0, width, 1);
      let number = 0;
      for (let block = 0; block < 24; block++) number = number * 2 + (data[(block * 8 + 4) * 4] > 127 ? 1 : 0);
      if (seen.at(-1) !== number) seen.push(number);
      requestAnimationFrame(note);
    };
    note();
  })(${JSON.stringify(frameCodeArea(height))})`);
}

/** Returns the numbers recorded since {@link recordFrames}. */
export function recordedFrames(page: Page): Promise<number[]> {
  return page.evaluate<number[]>("window.seenFrames");
}

/** Returns the value of a figure on the page. */
export function figure(page: Page, name: string): Promise<number> {
  return page.$eval(`[data-figure=${name}]`, (element) =>
    Number((element as unknown as { value: string }).value),
  );
}
