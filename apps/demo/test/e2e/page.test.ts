import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RunningDemo } from "../support/running-demo.ts";
import { frameHeight, frameWidth, TestBroadcast } from "../support/test-broadcast.ts";
import {
  figure,
  launchBrowser,
  type OpenedPage,
  openPage,
  recordedFrames,
  recordFrames,
  shownFrame,
} from "../support/test-browser.ts";
import { findBrowser } from "../support/tools.ts";

const executablePath = findBrowser();

interface CSSProperties {
  getPropertyValue(name: string): string;
}

describe.skipIf(!executablePath && !process.env.CI)("The page", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser(executablePath);
  });

  afterAll(() => browser?.close());

  async function open(broadcast: TestBroadcast): Promise<OpenedPage> {
    return openPage(browser, broadcast.url);
  }

  function inState(page: Page, state: string): Promise<unknown> {
    return page.waitForSelector(`body[data-state=${state}]`);
  }

  function isEnabled(page: Page, button: string): Promise<boolean> {
    return page.$eval(button, (element) => element.getAttribute("aria-disabled") === "false");
  }

  /** Resolves with the text of an element when it matches. */
  async function textOf(page: Page, selector: string, pattern: RegExp): Promise<string> {
    await expect.poll(() => page.textContent(selector)).toMatch(pattern);
    return (await page.textContent(selector)) ?? "";
  }

  test("names each state, and offers its buttons only while they have an effect", async () => {
    await using broadcast = await TestBroadcast.open();
    const { page } = await open(broadcast);
    await inState(page, "connecting");
    const status = () => page.textContent("#status");
    const enabled = async () =>
      Object.fromEntries(
        await Promise.all(
          ["record", "stall", "kill"].map(async (id) => [id, await isEnabled(page, `#${id}`)]),
        ),
      );
    const none = { record: false, stall: false, kill: false };
    const all = { record: true, stall: true, kill: true };
    expect([await status(), await enabled()]).toEqual(["Connecting", none]);
    broadcast.publish();
    await inState(page, "live");
    expect([await status(), await enabled()]).toEqual(["Live", all]);
    await inState(page, "still");
    expect([await status(), await enabled()]).toEqual(["Nothing moves", all]);
    broadcast.view.interrupt("The capture process was killed.");
    await inState(page, "interrupted");
    expect([await status(), await enabled()]).toEqual(["Interrupted", none]);
    broadcast.publish();
    await inState(page, "live");
    broadcast.link.tell("figures", { framesPerSecond: 9, bytesPerSecond: 9, encoding: "raw", replaced: 9 });
    await textOf(page, "[data-figure=source-fps]", /9/);
    broadcast.view.end("The demo has ended.");
    await inState(page, "ended");
    expect([await status(), await enabled()]).toEqual(["Ended", none]);
    // Nothing looks as if it went on.
    for (const name of ["source-fps", "source-bytes", "source-age", "source-replaced", "size", "viewers"])
      await textOf(page, `[data-figure=${name}]`, /^–$/);
    broadcast.publish();
    await inState(page, "live");
    const [viewer] = broadcast.view.viewers;
    viewer?.remove("You have been removed.");
    await inState(page, "refused");
    expect([await status(), await enabled()]).toEqual(["Turned away", none]);
    await page.reload();
    await inState(page, "live");
    await broadcast.close();
    await inState(page, "lost");
    expect([await status(), await enabled()]).toEqual(["No connection", none]);
    await page.close();
  });

  test("says what it shows, and offers control and audio as the source does", async () => {
    await using broadcast = await TestBroadcast.open();
    const { page } = await open(broadcast);
    broadcast.link.tell("source", { kind: "page", hasAudio: false, takesInput: true });
    await textOf(page, "#source", /^A web page .* Click it to use it\.$/);
    expect(await page.getAttribute("#view", "control")).toBe("");
    expect(await page.isDisabled("#audio")).toBe(true);
    broadcast.link.tell("source", { kind: "file", hasAudio: true, takesInput: false });
    await textOf(page, "#source", /^A video file in a loop, with its audio\.$/);
    expect(await page.getAttribute("#view", "control")).toBeNull();
    expect(await page.isDisabled("#audio")).toBe(false);
    await page.close();
  });

  test("changes the frame size, even if no new frame is published", async () => {
    await using broadcast = await TestBroadcast.open();
    broadcast.publish();
    const { page, complaints } = await open(broadcast);
    await inState(page, "live");
    await textOf(page, "[data-figure=size]", /640/);
    const size = () =>
      page.$eval("[part=canvas]", (canvas) => {
        const { width, height } = canvas as unknown as { width: number; height: number };
        return [width, height];
      });
    for (const part of [2, 4, 1]) {
      await page.check(`[name=size][value="${part}"]`);
      await expect.poll(size).toEqual([frameWidth / part, frameHeight / part]);
    }
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("limits the frame rate, and always shows the last frame", async () => {
    await using broadcast = await TestBroadcast.open();
    const { page } = await open(broadcast);
    await page.check('[name=rate][value="5"]');
    broadcast.start(10);
    await inState(page, "live");
    await recordFrames(page, frameHeight);
    await expect.poll(async () => (await recordedFrames(page)).length).toBeGreaterThan(6);
    broadcast.stop();
    // Skips the first recorded frame, which was shown before the recording began.
    const frames = (await recordedFrames(page)).slice(1);
    const steps = frames.slice(1).map((frame, index) => frame - (frames[index] ?? 0));
    // A frame is published every 10 ms and shown every 200 ms, so the average step is about 20, and less on a slow machine.
    expect(steps.reduce((sum, step) => sum + step, 0) / steps.length).toBeGreaterThan(3);
    await expect.poll(() => shownFrame(page, frameHeight)).toBe(broadcast.frame);
    await page.close();
  });

  test("takes no frames during a stall, and then says how many were skipped", async () => {
    await using broadcast = await TestBroadcast.open();
    broadcast.start(50);
    const { page, complaints } = await open(broadcast);
    await inState(page, "live");
    await page.click("#stall");
    await inState(page, "stalled");
    expect(await page.textContent("#status")).toBe("Stalled");
    expect(await page.textContent("#stall")).toMatch(/^Stalled, \d s$/);
    expect(await isEnabled(page, "#stall")).toBe(false);
    const start = broadcast.frame;
    await expect.poll(() => broadcast.frame).toBeGreaterThan(start + 10);
    const stalledAt = (await shownFrame(page, frameHeight)) ?? Number.NaN;
    await expect.poll(() => broadcast.frame).toBeGreaterThan(start + 20);
    expect(await shownFrame(page, frameHeight)).toBe(stalledAt);
    const news = await textOf(
      page,
      "#news",
      /^Back after \d+ ms: \d+ frames were skipped, and none queued up\.$/,
    );
    // The stall lasts as long as 100 frames.
    expect(Number(/: (\d+)/.exec(news)?.[1])).toBeGreaterThan(30);
    await inState(page, "live");
    await expect.poll(() => shownFrame(page, frameHeight)).toBeGreaterThan(stalledAt);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("says nothing about a stall after an interruption", async () => {
    await using broadcast = await TestBroadcast.open();
    broadcast.start(50);
    const { page } = await open(broadcast);
    await inState(page, "live");
    await page.click("#stall");
    await textOf(page, "#stall", /^Stalled, 1 s$/);
    broadcast.stop();
    broadcast.view.interrupt("The capture process was killed.");
    await inState(page, "interrupted");
    await textOf(page, "#stall", /^\s*Stall for 5 s\s*$/);
    broadcast.start(50);
    await inState(page, "live");
    const frame = broadcast.frame;
    await expect.poll(() => broadcast.frame).toBeGreaterThan(frame + 25);
    expect(await page.textContent("#news")).toBe("");
    await page.close();
  });

  test("asks the app to kill the capture process, and never shows a negative figure", async () => {
    await using broadcast = await TestBroadcast.open();
    broadcast.link.onKill = () => broadcast.view.interrupt("The capture process was killed.");
    broadcast.publish();
    const { page, complaints } = await open(broadcast);
    await inState(page, "live");
    await page.click("#kill");
    await inState(page, "interrupted");
    broadcast.publish();
    await inState(page, "live");
    for (const name of ["fps", "bytes", "replaced"])
      expect(await figure(page, name)).toBeGreaterThanOrEqual(0);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("starts and stops a recording, tells the name of the file once, and keeps its buttons in place", async () => {
    await using broadcast = await TestBroadcast.open();
    const { link } = broadcast;
    let pressed = 0;
    link.onRecord = () => {
      pressed++;
    };
    link.tell("recording", { isRecording: false, seconds: 0, note: "An old recording." });
    broadcast.publish();
    const { page } = await open(broadcast);
    await inState(page, "live");
    const places = () =>
      page.$$eval(".actions button", (buttons) => buttons.map((button) => button.getBoundingClientRect().x));
    const before = await places();
    expect(await page.textContent("#news")).toBe("");
    await page.click("#record");
    await expect.poll(() => pressed).toBe(1);
    link.tell("recording", { isRecording: true, seconds: 65.9, note: "Recording to broadcast.mp4." });
    await textOf(page, "#news", /^Recording to broadcast\.mp4\.$/);
    expect(await page.textContent("#record")).toBe("Stop, 1:05");
    expect(await page.getAttribute("#record", "aria-pressed")).toBe("true");
    expect(await places()).toEqual(before);
    // A recording can be stopped during an interruption.
    broadcast.view.interrupt("The capture process was killed.");
    await inState(page, "interrupted");
    expect(await page.textContent("#news")).toBe("");
    await page.click("#record");
    await expect.poll(() => pressed).toBe(2);
    link.tell("recording", { isRecording: false, seconds: 0, note: "Recorded 3.0 s: broadcast.mp4" });
    await textOf(page, "#news", /^Recorded/);
    expect(await isEnabled(page, "#record")).toBe(false);
    await page.close();
  });

  test("shows the video in full screen, with its announcements", async () => {
    await using broadcast = await TestBroadcast.open();
    broadcast.publish();
    const { page } = await open(broadcast);
    await inState(page, "live");
    await page.click("#fullscreen");
    await expect.poll(() => page.evaluate("document.fullscreenElement?.id")).toBe("view");
    broadcast.link.tell("recording", { isRecording: true, seconds: 0 });
    broadcast.link.tell("recording", { isRecording: true, seconds: 0, note: "Recording to broadcast.mp4." });
    await textOf(page, "#news", /^Recording/);
    expect(await page.isVisible("#news")).toBe(true);
    await page.evaluate("document.exitFullscreen()");
    await page.close();
  });

  test("outlines the changed regions of deltas, and shows a hint for other encodings", async () => {
    await using broadcast = await TestBroadcast.open();
    const { page } = await open(broadcast);
    await page.check("#outline");
    broadcast.start();
    await page.waitForSelector("body[data-encoding=delta]");
    const isOutlined = () =>
      page.$eval("#outlines", (canvas) => {
        const { width, height } = canvas as unknown as { width: number; height: number };
        const context = (canvas as unknown as { getContext(name: string): never }).getContext("2d") as {
          getImageData(...area: number[]): { data: Uint8Array };
        };
        return context.getImageData(0, 0, width, height).data.some((value) => value > 0);
      });
    await expect.poll(isOutlined).toBe(true);
    expect(await page.isVisible("#outline-hint")).toBe(false);
    await page.check("[name=encoding][value=raw]");
    await page.waitForSelector("#outline-hint", { state: "visible" });
    await expect.poll(isOutlined).toBe(false);
    await page.close();
  });

  test("shows the figures as plots and as text", async () => {
    await using broadcast = await TestBroadcast.open();
    const { page, complaints } = await open(broadcast);
    broadcast.start();
    await inState(page, "live");
    const age = { p50: 1.25, p95: 128.5 };
    broadcast.link.tell("figures", {
      framesPerSecond: 50,
      bytesPerSecond: 4e6,
      encoding: "raw",
      replaced: 3,
      age,
    });
    for (const name of ["fps", "age", "bytes"]) {
      await expect.poll(() => figure(page, name)).toBeGreaterThan(0);
    }
    await textOf(page, "[data-figure=source-age-p95]", /^129$/);
    await textOf(page, "[data-figure=source-bytes]", /^4 MB\/s raw$/);
    await textOf(page, "[data-figure=viewers]", /^one viewer$/);
    expect(await page.locator("[data-plot] canvas").count()).toBe(4);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("shows no figures from the moment at which the source is lost until it comes back", async () => {
    await using broadcast = await TestBroadcast.open();
    const { link } = broadcast;
    const { page } = await open(broadcast);
    const source = {
      ...{ framesPerSecond: 50, bytesPerSecond: 4e6, encoding: "raw", replaced: 3 },
      age: { p50: 1.25, p95: 128.5 },
    };
    const names = ["age", "fps", "bytes", "size", "encoding", "viewers"];
    names.push(...["fps", "bytes", "age", "age-p95", "replaced"].map((name) => `source-${name}`));
    const shown = async () =>
      new Set(await Promise.all(names.map((name) => page.textContent(`[data-figure=${name}]`))));
    for (let round = 0; round < 2; round++) {
      broadcast.start();
      await inState(page, "live");
      await expect
        .poll(async () => {
          link.tell("figures", source);
          return [...(await shown())].includes("–");
        })
        .toBe(false);
      broadcast.stop();
      // A frame on its way would end the interruption.
      await expect.poll(() => shownFrame(page, frameHeight)).toBe(broadcast.frame);
      broadcast.view.interrupt("The capture process was killed.");
      await inState(page, "interrupted");
      expect(await shown()).toEqual(new Set(["–"]));
      // Figures that the app has sent before it noticed, and the page's own of the last two seconds.
      link.tell("figures", source);
      await page.evaluate(
        `new Promise((resolve) => document.querySelector("#view").addEventListener("figures", resolve, { once: true }))`,
      );
      expect(await shown()).toEqual(new Set(["–"]));
    }
    await page.close();
  });

  test.each([1440, 1280, 1100])(
    "has its controls in one or two rows of the same width in a window of %i pixels",
    async (width) => {
      await using broadcast = await TestBroadcast.open();
      const { page } = await openPage(browser, broadcast.url, { viewport: { width, height: 800 } });
      const boxes = await page.$$eval("fieldset, .toggle, .actions button", (controls) =>
        controls.map((control) => control.getBoundingClientRect().toJSON()),
      );
      const middles = boxes.map(({ top, bottom }) => Math.round((top + bottom) / 2));
      expect(new Set(middles).size).toBeLessThanOrEqual(2);
      // Each row begins and ends where the cards below do.
      const cards = await page.$eval(".figures", (element) => element.getBoundingClientRect().toJSON());
      for (const middle of new Set(middles)) {
        const row = boxes.filter((_, index) => middles[index] === middle);
        expect(Math.min(...row.map(({ left }) => left))).toBeCloseTo(cards.left, 0);
        expect(Math.max(...row.map(({ right }) => right))).toBeCloseTo(cards.right, 0);
      }
      await page.close();
    },
  );

  test("plays audio after a click on the audio button, and mutes it after the next click", async () => {
    await using demo = new RunningDemo(["--port", "0", "--source", "synthetic"]);
    const { page, complaints } = await openPage(browser, await demo.find(/Watch it at (\S+)/));
    await inState(page, "live");
    const level = () =>
      page.$eval("#audio .level", (element) => {
        return Number((element as unknown as { style: CSSProperties }).style.getPropertyValue("--level"));
      });
    await page.click("#audio");
    await page.waitForSelector("#audio[aria-pressed=true]");
    // The meter measures the audio that is played.
    await expect.poll(level).toBeGreaterThan(0);
    await page.click("#audio");
    await page.waitForSelector("#audio[aria-pressed=false]");
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("shows new frames in order after the capture process was killed, and the end of the demo", async () => {
    await using demo = new RunningDemo(["--port", "0", "--source", "synthetic"]);
    const { page, complaints } = await openPage(browser, await demo.find(/Watch it at (\S+)/));
    await inState(page, "live");
    await page.click("#kill");
    await inState(page, "interrupted");
    await textOf(page, "[part=notice]", /The capture process was killed\. Starting another one…$/);
    await inState(page, "live");
    await demo.find(/(was killed)[\s\S]+Process \d+ captures/);
    await recordFrames(page, 720);
    await expect.poll(async () => (await recordedFrames(page)).length).toBeGreaterThan(10);
    const seen = await recordedFrames(page);
    expect(seen).toEqual(seen.toSorted((one, other) => one - other));
    demo.kill("SIGINT");
    await inState(page, "ended");
    await textOf(page, "[part=notice]", /The demo has ended\.$/);
    expect(complaints.filter((text) => !text.includes("WebSocket"))).toEqual([]);
    await page.close();
  });

  test("types a viewer's text into the captured page, and follows a link that the viewer clicks", async () => {
    const requests: string[] = [];
    // A text field in the upper half and a link in the lower half. The field reports its text to the server.
    const html = `<!doctype html><style>* { margin: 0; border: 0; padding: 0 }
      input, a { display: block; width: 100vw; height: 50vh; font-size: 40px }</style>
      <input oninput="fetch('/typed?' + encodeURIComponent(value))"><a href="/linked">a link</a>`;
    const site = createServer(({ url = "" }, response) => {
      requests.push(decodeURIComponent(url));
      response.setHeader("content-type", "text/html");
      response.end(url.startsWith("/typed") ? "" : html);
    });
    await once(site.listen(0, "127.0.0.1"), "listening");
    const url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
    await using demo = new RunningDemo(["--port", "0", "--url", url]);
    const { page, complaints } = await openPage(browser, await demo.find(/Watch it at (\S+)/));
    await page.waitForSelector("#view[control]");
    await page.waitForSelector("body:is([data-state=live], [data-state=still])");
    const { x, y, width, height } = (await page.locator("#view").boundingBox()) ?? {
      x: 0,
      y: 0,
      width: 0,
      height: 0,
    };
    await page.mouse.click(x + width / 2, y + height / 4);
    await page.keyboard.type("Hello, you");
    await expect.poll(() => requests).toContain("/typed?Hello, you");
    await page.mouse.click(x + width / 10, y + height * 0.55);
    await expect.poll(() => requests).toContain("/linked");
    expect(complaints).toEqual([]);
    await page.close();
    demo.kill("SIGINT");
    expect((await demo.ended).code).toBe(0);
    site.closeAllConnections();
    site.close();
  });
});
