import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { EncodedImageSample } from "@broadcast-ipc/image-codec";
import { now } from "@broadcast-ipc/uploader";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { BrowserSource } from "../src/browser/browser-source.ts";
import { readFrameCode } from "../src/synthetic/frame-code.ts";
import { CollectingSink } from "./support/collecting-sink.ts";
import { childrenOf, isRunning } from "./support/processes.ts";
import { RunningDemo } from "./support/running-demo.ts";
import { findBrowser } from "./support/tools.ts";

const bundledPage = new URL("../dist/bundled-page/", import.meta.url);
const isSkipped = !findBrowser() && !process.env.CI;

describe.skipIf(isSkipped)("BrowserSource with the bundled page", () => {
  let source: BrowserSource;
  let sink: CollectingSink;

  beforeEach(async () => {
    source = await BrowserSource.open({ framesPerSecond: 30, bundledPage });
    sink = new CollectingSink();
    source.start(sink);
  });

  afterEach(() => source.stop());

  test("delivers the browser's JPEGs at the page's size, each newer than the previous one", async () => {
    let frame = -1;
    for (let frames = 0; frames < 10; ) {
      const image = (await sink.nextFrame()) as EncodedImageSample;
      expect(image).toMatchObject({ encoding: "jpeg", codedWidth: 1280, codedHeight: 720 });
      expect([image.data.byteOffset, image.data.buffer.byteLength]).toEqual([0, image.data.length]);
      expect(image.timestamp).toBeLessThanOrEqual(now());
      const { data, info } = await sharp(image.data, { failOn: "warning" })
        .ensureAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect([info.width, info.height]).toEqual([1280, 720]);
      const shown = readFrameCode(data, info.width, info.height);
      // The first frame may show the page before its script has run.
      if (shown === undefined && frame === -1) continue;
      expect(shown).toBeGreaterThan(frame);
      frame = shown ?? -1;
      frames++;
    }
  });

  test("fails when the page crashes", async () => {
    await sink.nextFrame();
    void source.page.goto("chrome://crash").catch(() => {});
    expect((await sink.failure).message).toBe("the page has crashed");
    sink.input({ kind: "key", event: "down", key: "a", code: "KeyA" });
  });

  test("fails when the browser is killed", async () => {
    await sink.nextFrame();
    const pid = await browserPid(source);
    expect(await isRunning(pid)).toBe(true);
    process.kill(pid, "SIGKILL");
    expect((await sink.failure).message).toBe("the browser has ended");
    await expect.poll(() => isRunning(pid)).toBe(false);
  });
});

describe.skipIf(isSkipped)("BrowserSource with a data: URL page", () => {
  const size = { width: 320, height: 240 };

  async function show(html: string): Promise<{ source: BrowserSource; sink: CollectingSink }> {
    const url = `data:text/html,${encodeURIComponent(html)}`;
    const source = await BrowserSource.open({ url, size, framesPerSecond: 2 });
    onTestFinished(() => source.stop());
    const sink = new CollectingSink();
    source.start(sink);
    return { source, sink };
  }

  /** Returns the mean red, green and blue of the last frame, each from 0 to 255. */
  async function color({ last }: CollectingSink): Promise<number[]> {
    if (!last) return [];
    const { channels } = await sharp(last.data).stats();
    return channels.map(({ mean }) => Math.round(mean));
  }

  test("delivers a frame of a still page at the requested size", async () => {
    const { sink } = await show('<body style="background: blue">');
    expect(await sink.nextFrame()).toMatchObject({ codedWidth: 320, codedHeight: 240 });
    expect(await color(sink)).toEqual([0, 0, 254]);
  });

  test("keeps files, the browser's own pages and page sources closed to pages and viewers", async () => {
    await using site = await serveSite();
    const { source, sink } = await show("");
    await sink.nextFrame();
    const { page } = source;
    await page.goto(site.url);
    const addresses = [
      "file:///etc/passwd",
      "chrome://version/",
      "view-source:https://example.org/",
      `view-source:${site.url}`,
    ];
    const shown: string[] = [];
    const note = (frame: { url(): string }) => shown.push(frame.url());
    page.on("framenavigated", note);
    page.context().on("page", (other) => other.on("framenavigated", note));
    for (const address of addresses) {
      // The browser refuses on the page's console.
      const refused = () =>
        page.waitForEvent("console", (message) => message.text().startsWith("Not allowed"));
      const byScript = refused();
      await page.evaluate(`location.href = ${JSON.stringify(address)}`);
      await byScript;
      await page.setContent(`<a href="${address}" style="position: fixed; inset: 0">Click here</a>`);
      const byLink = refused();
      sink.input({ kind: "pointer", event: "down", x: 0.5, y: 0.5, button: "left", clickCount: 1 });
      sink.input({ kind: "pointer", event: "up", x: 0.5, y: 0.5, button: "left", clickCount: 1 });
      await byLink;
      const byPopUp = refused();
      await page.evaluate(`open(${JSON.stringify(address)})`);
      await byPopUp;
    }
    // The shortcuts of a browser window for a page's source, for opening a file and for the history.
    for (const key of "uoh") {
      for (const event of ["down", "up"] as const)
        sink.input({ kind: "key", event, key, code: `Key${key.toUpperCase()}`, ctrl: true });
    }
    await page.evaluate(
      "document.body.innerHTML = '<input autofocus>'; document.querySelector('input').focus()",
    );
    for (const event of ["down", "up"] as const) sink.input({ kind: "key", event, key: "x", code: "KeyX" });
    await expect.poll(() => page.inputValue("input")).toBe("x");
    expect(shown.filter((url) => ![site.url, "about:blank", ""].includes(url))).toEqual([]);
  });

  test("rejects with a one-line error if the address does not answer", async () => {
    const opening = BrowserSource.open({ url: "http://127.0.0.1:9/", framesPerSecond: 30 });
    await expect(opening).rejects.toThrow(/^http:\/\/127.0.0.1:9\/ could not be opened: net::ERR_\w+$/);
  });

  test("ends the browser process on stop()", async () => {
    const { source } = await show("");
    const pid = await browserPid(source);
    expect(await isRunning(pid)).toBe(true);
    await source.stop();
    expect(await isRunning(pid)).toBe(false);
    await source.stop();
  });

  test("ends the browser process when the capture process is killed", async () => {
    await using demo = new RunningDemo(["--port", "0", "--source", "page"]);
    const capture = Number(await demo.find(/Process (\d+) captures/));
    const browsers = await childrenOf(capture);
    expect(browsers).toHaveLength(1);
    // SIGSTOP prevents the app process from starting another capture process.
    demo.kill("SIGSTOP");
    process.kill(capture, "SIGKILL");
    await expect.poll(() => Promise.all(browsers.map(isRunning))).toEqual([false]);
  });
});

async function browserPid({ page }: BrowserSource): Promise<number> {
  const session = await page.context().browser()?.newBrowserCDPSession();
  const { processInfo } = (await session?.send("SystemInfo.getProcessInfo")) ?? { processInfo: [] };
  return processInfo.find(({ type }) => type === "browser")?.id ?? 0;
}

async function serveSite(): Promise<{ url: string } & AsyncDisposable> {
  const server = createServer((_, response) => {
    response.setHeader("Content-Type", "text/html");
    response.end('<body style="background: black">');
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
