import type { Page as PlaywrightPage } from "playwright-core";
import type { Page as PuppeteerPage } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CapturablePage, openTarget } from "../../src/browser/open-target.ts";
import type { PageDialog, PageTarget, PopupWindow } from "../../src/browser/page-target.ts";
import { type DrivenPage, drive, drivers } from "../support/drivers.ts";
import { isSkipped } from "../support/find-browser.ts";

describe("openTarget", () => {
  test.each([null, undefined, 1, "page", {}, [], { send() {} }])(
    "rejects %j with ERR_CAPTURE_UNKNOWN_PAGE",
    async (page) => {
      const opening = openTarget(page as unknown as CapturablePage);
      await expect(opening).rejects.toMatchObject({ code: "ERR_CAPTURE_UNKNOWN_PAGE" });
    },
  );
});

describe.skipIf(isSkipped).each(drivers)("openTarget with %s", (driver) => {
  let driven: DrivenPage;
  let target: PageTarget;

  beforeAll(async () => {
    driven = await drive(driver);
    target = await openTarget(driven.page);
  });
  afterAll(() => driven[Symbol.asyncDispose]());

  test("opens a session for the page", async () => {
    expect(target.isClosed).toBe(false);
    await driven.evaluate("document.title = 'captured'");
    const answer = await target.session.send("Runtime.evaluate", { expression: "document.title" });
    expect(answer).toMatchObject({ result: { value: "captured" } });
  });

  test("reports dialogs and answers them", async () => {
    const dialogs: PageDialog[] = [];
    const stop = target.onDialog((dialog) => {
      dialogs.push(dialog);
      dialog.answer(true, "Ada");
    });
    expect(await driven.evaluate("prompt('Name?', 'nobody')")).toBe("Ada");
    expect(dialogs).toMatchObject([{ type: "prompt", message: "Name?", defaultValue: "nobody" }]);
    await dialogs[0]?.closed;
    await dialogs[0]?.answer(false);
    stop();
  });

  test.skipIf(driver === "session")("leaves dialogs to the host program that listens to them", async () => {
    const dialogs: PageDialog[] = [];
    const stop = target.onDialog((dialog) => {
      dialogs.push(dialog);
      dialog.answer(false);
    });
    (driven.host as PlaywrightPage).once("dialog", (dialog) => dialog.accept());
    expect(await driven.evaluate("confirm('Host?')")).toBe(true);
    expect(await driven.evaluate("confirm('Viewer?')")).toBe(false);
    expect(dialogs).toMatchObject([{ message: "Viewer?" }]);
    stop();
  });

  test.runIf(driver === "session")(
    "leaves dialogs to the host program that listens to the session",
    async () => {
      const dialogs: PageDialog[] = [];
      const stop = target.onDialog((dialog) => dialogs.push(dialog));
      const hear = () => target.session.send("Page.handleJavaScriptDialog", { accept: true });
      target.session.on("Page.javascriptDialogOpening", hear);
      await driven.evaluate("confirm('Host?')");
      target.session.off("Page.javascriptDialogOpening", hear);
      expect(dialogs).toEqual([]);
      stop();
    },
  );

  test.skipIf(driver === "session")("reports pop-ups, which can be attached and closed", async () => {
    const popups: PopupWindow[] = [];
    target.onPopup?.((popup) => popups.push(popup));
    await driven.evaluate("void window.open('', 'popup', 'width=200,height=200')");
    await expect.poll(() => popups).toHaveLength(1);
    const popup = await popups[0]?.attach();
    const answer = await popup?.session.send("Runtime.evaluate", { expression: "window.name" });
    expect(answer).toMatchObject({ result: { value: "popup" } });
    await popups[0]?.close();
    await popup?.closed;
    expect(popup?.isClosed).toBe(true);
    await expect(popups[0]?.attach()).rejects.toMatchObject({ code: "ERR_CAPTURE_PAGE_CLOSED" });
  });

  test("reports a crash, and then the end of the page", async () => {
    const crashed = new Promise<void>((resolve) => {
      target.onCrash(resolve);
    });
    target.session.send("Page.crash").catch(() => {});
    await crashed;
    await driven.closePage();
    await target.closed;
    expect(target.isClosed).toBe(true);
    await target.release();
    await expect(openTarget(driven.page)).rejects.toMatchObject({ code: "ERR_CAPTURE_PAGE_CLOSED" });
  });
});

describe.skipIf(isSkipped)("openTarget with a session of Puppeteer", () => {
  test("detects that the page is closed, although the session has no event for it", async () => {
    await using driven = await drive("puppeteer");
    const session = await (driven.host as PuppeteerPage).createCDPSession();
    const target = await openTarget(session);
    await driven.closePage();
    await target.closed;
  });
});
