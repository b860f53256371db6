import { type DownloadNotice, type FileChooserNotice, parsePageNotice } from "@broadcast-ipc/protocol";
import type { Page as PlaywrightPage } from "playwright-core";
import type { Page as PuppeteerPage } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTarget } from "../../src/browser/open-target.ts";
import type { PageTarget } from "../../src/browser/page-target.ts";
import { PageEvents } from "../../src/page/page-events.ts";
import { type DrivenPage, drive, drivers } from "../support/drivers.ts";
import { isSkipped } from "../support/find-browser.ts";

type Notice = DownloadNotice | FileChooserNotice;

const page = `data:text/html,<!doctype html>
  <input id="one" type="file" style="position:absolute;left:0;top:0;height:50px;width:100px">
  <input id="many" type="file" multiple style="position:absolute;left:0;top:50px;height:50px;width:100px">
  <a href="data:application/octet-stream,bytes" download="report.bin"
    style="position:absolute;left:0;top:100px;height:50px;width:100px">save</a>
  <script>window.log = []; for (const type of ["change", "cancel"])
    addEventListener(type, ({ target }) => log.push(type + target.files.length), true)</script>`;

describe.skipIf(isSkipped).each(drivers)("PageEvents with %s", (driver) => {
  let driven: DrivenPage;
  let target: PageTarget;
  let events: PageEvents;
  let notices: Notice[];

  const click = async (y: number) => {
    for (const type of ["mousePressed", "mouseReleased"])
      await target.session.send("Input.dispatchMouseEvent", { type, x: 9, y, button: "left", clickCount: 1 });
  };

  // Chromium ignores clicks on a page that it has not painted yet.
  const painted = () =>
    driven.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");

  // The library's request for file choosers is answered before its later requests.
  const requested = () => driven.evaluate("0");

  beforeAll(async () => {
    driven = await drive(driver);
    target = await openTarget(driven.page);
  });
  beforeEach(async () => {
    await driven.goto(page);
    notices = [];
    const notify = (notice: Notice) => notices.push(parsePageNotice(notice) as Notice);
    events = PageEvents.start(target.session, { notify });
    await events.ready;
    await painted();
  });
  afterEach(() => events.close());
  afterAll(() => driven[Symbol.asyncDispose]());

  test("reports file choosers", async () => {
    await click(9);
    await click(59);
    await expect
      .poll(() => notices)
      .toEqual([
        { kind: "file-chooser", multiple: false },
        { kind: "file-chooser", multiple: true },
      ]);
    await click(9);
    await expect.poll(() => notices.length).toBe(3);
  });

  test.skipIf(driver === "session")("leaves the file chooser to the host program that listens", async () => {
    if (driver === "playwright") {
      const host = driven.host as PlaywrightPage;
      const chooser = host.waitForEvent("filechooser");
      await requested();
      await click(9);
      await (await chooser).setFiles({ name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("a") });
    } else {
      const chooser = (driven.host as PuppeteerPage).waitForFileChooser();
      await requested();
      await click(9);
      await (await chooser).accept([import.meta.filename]);
    }
    await expect.poll(() => driven.evaluate("log")).toEqual(["change1"]);
    expect(notices).toEqual([{ kind: "file-chooser", multiple: false }]);
  });

  test("reports a download, also after a navigation", async () => {
    await driven.goto("about:blank");
    await driven.goto(page);
    await painted();
    await click(109);
    await expect.poll(() => notices).toEqual([{ kind: "download", name: "report.bin" }]);
  });

  test("reports at most five notices in a second", async () => {
    for (let i = 0; i < 12; i++) await click(9);
    expect(notices.length).toBeLessThanOrEqual(10);
  });

  // Puppeteer keeps the file chooser closed once it has waited for one.
  test.skipIf(driver === "puppeteer")("is gone after close()", async () => {
    events.close();
    // The native file chooser of a headless browser cancels itself.
    const log = async () => {
      await click(9);
      return driven.evaluate<string[]>("log");
    };
    await expect.poll(log, { interval: 500 }).toContain("cancel0");
    expect(notices).toEqual([]);
  });
});
