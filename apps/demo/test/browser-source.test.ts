import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { EncodedImageSample } from "@broadcast-ipc/image-codec";
import { now } from "@broadcast-ipc/uploader";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { BrowserSource } from "../src/browser/browser-source.ts";
import type { KeyInput, PointerInput } from "../src/input-message.ts";
import { readFrameCode } from "../src/synthetic/frame-code.ts";
import { CollectingSink } from "./support/collecting-sink.ts";
import { childrenOf, isRunning } from "./support/processes.ts";
import { RunningDemo } from "./support/running-demo.ts";
import { TemporaryFolder } from "./support/temporary-folder.ts";
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

  /** Returns the centre of an element as fractions of the page's width and height, as pointer input expects. */
  async function middle(selector: string): Promise<{ x: number; y: number }> {
    const box = await source.page.locator(selector).boundingBox();
    if (!box) throw new Error(`${selector} is not visible`);
    return { x: (box.x + box.width / 2) / 1280, y: (box.y + box.height / 2) / 720 };
  }

  async function click(selector: string, clickCount = 1): Promise<void> {
    const pointer = { kind: "pointer", ...(await middle(selector)), clickCount } as const;
    const messages: PointerInput[] = [
      { ...pointer, event: "move", button: "none" },
      { ...pointer, event: "down", button: "left" },
      { ...pointer, event: "up", button: "left" },
    ];
    for (const message of messages) source.input(message);
  }

  function press(key: string, held: Pick<KeyInput, "alt" | "ctrl" | "shift"> = {}, code = ""): void {
    source.input({ kind: "key", event: "down", key, code, ...held });
    source.input({ kind: "key", event: "up", key, code, ...held });
  }

  const value = (selector: string) => source.page.inputValue(selector);

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

  test("types the characters that a viewer types, on any keyboard layout", async () => {
    await click("#message");
    for (const key of "Grüße, 世界 @ 1?") press(key);
    press("Backspace");
    press("!", { shift: true });
    press("{", { ctrl: true, alt: true });
    press("ArrowLeft");
    press("|");
    await expect.poll(() => value("#message")).toBe("Grüße, 世界 @ 1!|{");
    press("Enter");
    await expect.poll(() => source.page.textContent("#messages li")).toBe("Grüße, 世界 @ 1!|{");
    expect(await value("#message")).toBe("");
  });

  test("performs shortcuts, and holds modifiers until they are released", async () => {
    await click("#message");
    for (const key of "first") press(key);
    source.input({ kind: "key", event: "down", key: "Control", code: "ControlLeft" });
    press("a");
    // Ctrl+X on a Cyrillic keyboard.
    press("ч", {}, "KeyX");
    source.input({ kind: "key", event: "up", key: "Control", code: "ControlLeft" });
    for (const key of "on") press(key);
    press("Home", { shift: true });
    press("X", { shift: true });
    press("v", { ctrl: true });
    press("Tab");
    await expect.poll(() => value("#message")).toBe("Xfirst");
    await expect.poll(() => source.page.evaluate("document.activeElement.id")).toBe("send");
  });

  test("follows a clicked link, scrolls with the wheel, and selects a word with a double click", async () => {
    await click("#to-numbers");
    await source.page.waitForSelector("body[data-view=numbers]");
    expect(source.page.url()).toMatch(/#numbers$/);
    source.input({ kind: "wheel", ...(await middle("#list")), deltaX: 0, deltaY: 300 });
    await expect.poll(() => source.page.evaluate("document.querySelector('#list').scrollTop")).toBe(300);
    await click("#to-letter");
    await source.page.waitForSelector("body[data-view=letter]");
    await click("#subject");
    for (const key of "middle") press(key);
    const { x, y } = await middle("#subject");
    const left = { x: x - 0.44, y };
    for (const clickCount of [1, 2]) {
      for (const event of ["down", "up"] as const)
        source.input({ kind: "pointer", event, ...left, button: "left", clickCount });
    }
    press("?");
    await expect.poll(() => value("#subject")).toBe("?");
  });

  test("continues to perform input after unknown keys and invalid pointer positions", async () => {
    press("Dead");
    press("NoSuchKey");
    source.input({ kind: "pointer", event: "down", x: -1, y: 7, button: "left", clickCount: 1 });
    source.input({ kind: "pointer", event: "move", x: Number.NaN, y: 0, button: "none", clickCount: 0 });
    await click("#message");
    press("a");
    await expect.poll(() => value("#message")).toBe("a");
  });

  test("continues to deliver frames after the page reloads", async () => {
    await source.page.reload();
    await source.page.waitForSelector("body[data-view=overview]");
    await sink.nextFrame();
  });

  test("fails when the page crashes", async () => {
    void source.page.goto("chrome://crash").catch(() => {});
    expect((await sink.failure).message).toBe("the page has crashed");
    source.input({ kind: "key", event: "down", key: "a", code: "KeyA" });
  });

  test("fails when the browser is killed", async () => {
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

  test("delivers the last state of a page that changed quickly while the process was blocked", async () => {
    const { source, sink } = await show('<body style="background: red">');
    await sink.nextFrame();
    await source.page.evaluate(`{
      let changes = 0;
      const timer = setInterval(() => {
        document.body.style.background = ["red", "lime"][changes % 2];
        if (++changes < 20) return;
        clearInterval(timer);
        document.body.style.background = "blue";
      }, 20);
    }`);
    // The process is blocked and reads nothing, so Chromium drops the last frames.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);
    await expect.poll(() => color(sink)).toEqual([0, 0, 254]);
  });

  test("opens a link with target=_blank in the captured page", async () => {
    await using site = await serveSite();
    const { source, sink } = await show(`<a href="${site.url}" target="_blank">Click here</a>`);
    await sink.nextFrame();
    await source.page.click("a");
    await source.page.waitForURL(site.url);
    await expect.poll(() => source.page.context().pages()).toHaveLength(1);
    // The frame must turn black like the linked site, although another browser process renders that site.
    await expect.poll(() => color(sink)).toEqual([0, 0, 0]);
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
      source.input({ kind: "pointer", event: "down", x: 0.5, y: 0.5, button: "left", clickCount: 1 });
      source.input({ kind: "pointer", event: "up", x: 0.5, y: 0.5, button: "left", clickCount: 1 });
      await byLink;
      const byPopUp = refused();
      await page.evaluate(`open(${JSON.stringify(address)})`);
      await byPopUp;
    }
    // The shortcuts of a browser window for a page's source, for opening a file and for the history.
    for (const key of "uoh") {
      for (const event of ["down", "up"] as const)
        source.input({ kind: "key", event, key, code: `Key${key.toUpperCase()}`, ctrl: true });
    }
    await page.evaluate(
      "document.body.innerHTML = '<input autofocus>'; document.querySelector('input').focus()",
    );
    for (const event of ["down", "up"] as const) source.input({ kind: "key", event, key: "x", code: "KeyX" });
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
    await using folder = await TemporaryFolder.create();
    await using demo = new RunningDemo(["--port", "0", "--source", "page"], folder.env);
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
