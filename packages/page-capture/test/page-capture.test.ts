import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CapturablePage } from "../src/browser/open-target.ts";
import { PageCapture } from "../src/page-capture.ts";
import type { PageCaptureOptions } from "../src/page-capture-options.ts";
import { CollectingTarget } from "./support/collecting-target.ts";
import { type DrivenPage, drive, drivers, launch } from "./support/drivers.ts";
import { isSkipped } from "./support/find-browser.ts";

const html = (body: string) => `data:text/html,${encodeURIComponent(body)}`;
const red = [254, 0, 0];
const blue = [0, 0, 254];

describe("PageCapture.start", () => {
  test.each([
    { maxFps: 0 },
    { maxFps: 61 },
    { quality: 0 },
    { quality: 80.5 },
    { format: "webp" },
    { input: "yes" },
    { popups: 1 },
    { dialogs: { timeout: -1 } },
    { dialogs: { accept: "yes" } },
    { clipboard: { paste: "no" } },
    { maxFPS: 30 },
    { popUps: undefined },
    { dialogs: { timeOut: 100 } },
    { clipboard: { pasting: false } },
  ])("rejects the options %j with a RangeError", async (options) => {
    const starting = PageCapture.start(
      {} as CapturablePage,
      new CollectingTarget(),
      options as PageCaptureOptions,
    );
    await expect(starting).rejects.toThrow(RangeError);
    await expect(starting).rejects.toThrow(Object.keys(options)[0]);
  });

  test.each([
    ["undefined", undefined, "got undefined"],
    ["the page", { send() {}, on() {}, off() {} }, "got object"],
    ["a promise of an uploader", Promise.resolve(), "got a Promise, which must be awaited"],
  ])("rejects %s as the uploader with a TypeError", async (_, uploader, got) => {
    const starting = PageCapture.start({} as CapturablePage, uploader as never);
    await expect(starting).rejects.toThrow(TypeError);
    await expect(starting).rejects.toThrow(got);
  });
});

describe.skipIf(isSkipped).each(drivers)("PageCapture with %s", (driver) => {
  let driven: DrivenPage;
  let target: CollectingTarget;

  beforeEach(async () => {
    driven = await drive(driver);
    target = new CollectingTarget();
  });
  afterEach(() => driven[Symbol.asyncDispose]());

  const start = (options: PageCaptureOptions = {}) => PageCapture.start(driven.page, target, options);
  const paint = (value: string) => driven.evaluate(`void (document.body.style.background = "${value}")`);

  test("uploads the page's newest state, follows the demand, and leaves the page open on stop()", async () => {
    await driven.goto(html("<body style='background: red'>"));
    const capture = await start();
    await expect.poll(() => target.color()).toEqual(red);
    expect(target.last).toMatchObject({ type: "image", encoding: "jpeg", codedWidth: 320, codedHeight: 240 });
    target.want({ maxWidth: 160, encodings: ["png"] });
    await expect
      .poll(() => target.last)
      .toMatchObject({ encoding: "png", codedWidth: 160, codedHeight: 120 });
    target.want(null);
    await paint("blue");
    target.want({});
    await expect.poll(() => target.color()).toEqual(blue);
    expect(target.last).toMatchObject({ encoding: "jpeg", codedWidth: 320 });
    expect(capture.stats().delivered).toBe(target.samples.length);
    await capture.stop();
    expect(await capture.ended).toEqual({ reason: "stopped" });
    expect(target.notices.at(-1)).toEqual({ kind: "capture", state: "stopped" });
    const { length } = target.samples;
    await paint("lime");
    expect(await driven.evaluate("document.body.style.background")).toBe("lime");
    expect(target.samples).toHaveLength(length);
    await using again = await start();
    await expect.poll(() => target.color()).toEqual([0, 255, 1]);
    expect(again.stats().delivered).toBeGreaterThan(0);
  });

  test("captures nothing until a receiver wants video", async () => {
    target.demand = undefined;
    await using capture = await start();
    await paint("blue");
    expect(capture.stats().captured).toBe(0);
    target.want({});
    await expect.poll(() => target.color()).toEqual(blue);
  });

  test("captures a page that is behind another tab, and leaves its focus as it was", async () => {
    await driven.goto(html("<body style='background: red'>"));
    const focus = () => driven.evaluate("document.visibilityState + document.hasFocus()");
    const other = await driven.newTab();
    const before = await focus();
    const capture = await start();
    await expect.poll(() => target.color()).toEqual(red);
    await paint("blue");
    await expect.poll(() => target.color()).toEqual(blue);
    await capture.stop();
    await expect.poll(focus).toBe(before);
    await other.close();
  });

  test("tells each receiver the current state", async () => {
    await driven.goto(html("<title>Captured</title>"));
    await using capture = await start();
    const window = { kind: "window", title: "Captured", isPopup: false };
    await expect.poll(() => target.notices).toContainEqual(expect.objectContaining(window));
    expect(capture.listenerCount("notice")).toBe(0);
    target.notices.length = 0;
    target.want(undefined);
    target.emit("disconnect");
    target.want({});
    expect(target.notices[0]).toEqual({ kind: "capture", state: "running" });
    await expect.poll(() => target.notices[1]).toMatchObject(window);
  });

  test("ends when the page is closed", async () => {
    const capture = await start();
    await driven.closePage();
    expect(await capture.ended).toEqual({ reason: "closed" });
    expect(target.notices.at(-1)).toEqual({ kind: "capture", state: "closed" });
    await capture.stop();
    await expect(start()).rejects.toMatchObject({ code: "ERR_CAPTURE_PAGE_CLOSED" });
  });

  test("ends when the browser is closed", async () => {
    await using other = await launch(driver);
    driven = await other.open();
    const capture = await start();
    await driven.closeBrowser();
    expect(await capture.ended).toEqual({ reason: "closed" });
    expect(target.notices.at(-1)).toEqual({ kind: "capture", state: "closed" });
  });

  test("ends when the uploader has ended", async () => {
    const capture = await start();
    target.close();
    expect(await capture.ended).toEqual({ reason: "uploader-closed" });
    expect(target.notices).not.toContainEqual({
      kind: "capture",
      state: expect.not.stringMatching("running"),
    });
    expect(await driven.evaluate("1")).toBe(1);
  });

  test("rejects with the signal's reason on abort, and stops on a later abort", async () => {
    const signal = AbortSignal.abort("no");
    await expect(start({ signal })).rejects.toBe("no");
    const soon = new AbortController();
    const starting = start({ signal: soon.signal });
    soon.abort("changed my mind");
    await expect(starting).rejects.toBe("changed my mind");
    const later = new AbortController();
    const capture = await start({ signal: later.signal });
    later.abort();
    expect(await capture.ended).toEqual({ reason: "stopped" });
  });

  test("starts on a page in an endless loop, and stops", async () => {
    await driven.goto(html("<body style='background: red'>"));
    driven.evaluate("setTimeout(() => { for (;;); }, 50)").catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 200));
    const capture = await start();
    await expect.poll(() => target.color()).toEqual(red);
    await capture.stop();
  });

  test("starts while the page navigates", async () => {
    const going = driven.goto(html("<body style='background: blue'>"));
    await using capture = await start();
    await going;
    await expect.poll(() => target.color()).toEqual(blue);
    expect(capture.stats().delivered).toBeGreaterThan(0);
  });

  test("ends when the page crashes", async () => {
    const capture = await start();
    crash();
    expect(await capture.ended).toMatchObject({
      reason: "crashed",
      error: { code: "ERR_CAPTURE_PAGE_CRASHED" },
    });
    expect(target.notices).toContainEqual({ kind: "crash", reloading: false });
    expect(target.notices.at(-1)).toEqual({ kind: "capture", state: "crashed" });
    await expect(start()).rejects.toMatchObject({ code: "ERR_CAPTURE_PAGE_CRASHED" });
  });

  test("reloads a crashed page with reloadAfterCrash", async () => {
    await driven.goto(html("<body style='background: red'>"));
    await using capture = await start({ reloadAfterCrash: true });
    await expect.poll(() => target.color()).toEqual(red);
    await paint("blue");
    await expect.poll(() => target.color()).toEqual(blue);
    crash();
    await expect.poll(() => target.color()).toEqual(red);
    expect(target.notices).toContainEqual({ kind: "crash", reloading: true });
    expect(capture.stats().delivered).toBe(target.samples.length);
  });

  function crash(): void {
    driven.session().then((session) => session.send("Page.crash").catch(() => {}));
  }
});

describe.skipIf(isSkipped)("PageCapture at a device pixel ratio of 2", () => {
  const failures = async (args: string[]) => {
    const target = new CollectingTarget();
    const errors: Error[] = [];
    await using browser = await launch("playwright", args);
    await using driven = await browser.open({ deviceScaleFactor: 2 });
    await using capture = await PageCapture.start(driven.page, target);
    capture.on("failure", (error) => errors.push(error));
    await expect.poll(() => target.last).toBeDefined();
    await driven.evaluate("1");
    if (args.length === 0) await expect.poll(() => errors).toHaveLength(1);
    return { errors, width: target.last?.codedWidth };
  };

  test("captures 2 pixels for each CSS pixel if the browser was started for it", async () => {
    expect(await failures(["--force-device-scale-factor=2"])).toEqual({ errors: [], width: 640 });
  });

  test("reports ERR_CAPTURE_BLURRED if the ratio is only emulated", async () => {
    const { errors, width } = await failures([]);
    expect(errors).toMatchObject([{ code: "ERR_CAPTURE_BLURRED" }]);
    expect(width).toBe(320);
  });
});
