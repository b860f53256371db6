import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { frameCodeArea, readFrameCodeStrip } from "../src/synthetic/frame-code.ts";
import { RunningDemo } from "./support/running-demo.ts";
import { findBrowser } from "./support/tools.ts";

const executablePath = findBrowser();

interface CSSProperties {
  getPropertyValue(name: string): string;
}

describe.skipIf(!executablePath && !process.env.CI)("The page in a browser", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await chromium.launch({
      ...(executablePath && { executablePath }),
      args: [
        ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
        ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
      ],
    });
  });

  afterAll(() => browser?.close());

  async function open(demo: RunningDemo): Promise<{ page: Page; complaints: string[] }> {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(await demo.find(/Watch it at (\S+)/));
    await page.waitForSelector("body[data-state=live]");
    return { page, complaints };
  }

  /** The number of the frame that the canvas shows, read from its pixels. */
  async function shownFrame(page: Page): Promise<number | undefined> {
    const strip = await page.evaluate<number[]>(`(({ x, y, width, height }) => {
      const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
      context.drawImage(document.querySelector("#picture"), -x, -y);
      return [...context.getImageData(0, 0, width, height).data];
    })(${JSON.stringify(frameCodeArea(720))})`);
    return readFrameCodeStrip(Uint8Array.from(strip));
  }

  function figure(page: Page, name: string): Promise<number> {
    return page.$eval(`[data-figure=${name}]`, (element) =>
      Number((element as unknown as { value: string }).value),
    );
  }

  /** How loud the meter says it is, 0 to 1. */
  function level(page: Page): Promise<number> {
    return page.$eval("#sound .level", (element) => {
      return Number((element as unknown as { style: CSSProperties }).style.getPropertyValue("--level"));
    });
  }

  test.each(["raw", "jpeg"])(
    "It shows the right picture, later ones later, and its figures move (%s)",
    async (encoding) => {
      await using demo = new RunningDemo(["--port", "0", "--source", "synthetic", "--encoding", encoding]);
      const { page, complaints } = await open(demo);
      const first = await shownFrame(page);
      expect(first).toBeTypeOf("number");
      let last = first ?? 0;
      for (let pictures = 0; pictures < 10; ) {
        const shown = (await shownFrame(page)) ?? -1;
        expect(shown).toBeGreaterThanOrEqual(last);
        if (shown > last) pictures++;
        last = shown;
      }
      for (const name of ["fps", "age", "bytes"]) {
        const before = await figure(page, name);
        while ((await figure(page, name)) === before);
      }
      expect(await figure(page, "fps")).toBeGreaterThan(0);
      expect(await figure(page, "age")).toBeGreaterThan(0);
      expect(await page.textContent("[data-figure=source]")).toContain("synthetic desktop");
      expect(complaints).toEqual([]);
      await page.close();
    },
  );

  test("Sound is sent when its button is pressed, and no more when it is pressed again", async () => {
    await using demo = new RunningDemo(["--port", "0", "--source", "synthetic"]);
    const { page, complaints } = await open(demo);
    await page.click("#sound");
    await page.waitForSelector("#sound[aria-pressed=true]");
    // The meter hears what is played.
    while (!((await level(page)) > 0));
    await page.click("#sound");
    await page.waitForSelector("#sound[aria-pressed=false]");
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("It says so when the broadcast has ended, and why", async () => {
    await using demo = new RunningDemo(["--port", "0", "--source", "synthetic"]);
    const { page } = await open(demo);
    process.kill(Number(await demo.find(/Process (\d+) captures/)), "SIGKILL");
    await page.waitForSelector("body[data-state=ended], body[data-state=lost]");
    expect(await page.textContent("body")).toContain("The capture process has ended (SIGKILL).");
    await page.close();
  });
});
