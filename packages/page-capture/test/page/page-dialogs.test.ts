import { type ClosedNotice, type DialogNotice, parsePageNotice } from "@broadcast-ipc/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { openTarget } from "../../src/browser/open-target.ts";
import type { PageDialog, PageTarget } from "../../src/browser/page-target.ts";
import { PageDialogs, type PageDialogsOptions } from "../../src/page/page-dialogs.ts";
import { type DrivenPage, drive, drivers } from "../support/drivers.ts";
import { isSkipped } from "../support/find-browser.ts";
import { Site } from "../support/site.ts";

type Notice = DialogNotice | ClosedNotice;

describe("PageDialogs", () => {
  let notices: Notice[];
  let open: (dialog?: Partial<PageDialog>) => { answers: unknown[][]; close(): void };
  let isListening: boolean;

  function start(options: Partial<PageDialogsOptions> = {}): PageDialogs {
    isListening = true;
    const onDialog = (listener: (dialog: PageDialog) => void) => {
      open = (dialog = {}) => {
        const answers: unknown[][] = [];
        let close = () => {};
        const closed = new Promise<void>((resolve) => {
          close = resolve;
        });
        const answer = async (...values: unknown[]) => void answers.push(values);
        listener({ type: "confirm", message: "Sure?", defaultValue: "", closed, answer, ...dialog });
        return { answers, close };
      };
      return () => {
        isListening = false;
      };
    };
    const notify = (notice: Notice) => notices.push(parsePageNotice(notice) as Notice);
    return new PageDialogs({ onDialog }, { notify, timeout: 10_000, accept: false, ...options });
  }

  beforeEach(() => {
    vi.useFakeTimers();
    notices = [];
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("reports a dialog, and answers it with the input of the same id", () => {
    const dialogs = start();
    const { answers } = open({ type: "prompt", message: "Name?", defaultValue: "nobody" });
    const notice = {
      kind: "dialog",
      type: "prompt",
      message: "Name?",
      defaultValue: "nobody",
      timeout: 10_000,
    };
    expect(dialogs.open).toEqual([{ ...notice, id: expect.any(String) }]);
    const id = dialogs.open[0]?.id as string;
    dialogs.answer({ kind: "dialog", id: "other", accept: true });
    expect(answers).toEqual([]);
    dialogs.answer({ kind: "dialog", id, accept: true, text: "Ada" });
    dialogs.answer({ kind: "dialog", id, accept: false });
    vi.advanceTimersByTime(20_000);
    expect(answers).toEqual([[true, "Ada"]]);
    expect(notices).toEqual([
      { ...notice, id },
      { kind: "closed", id },
    ]);
    expect(dialogs.open).toEqual([]);
  });

  test.each([
    [true, true],
    [false, false],
    [({ type }: DialogNotice) => type === "confirm", true],
    [
      () => {
        throw new Error("undecided");
      },
      false,
    ],
  ])("answers a dialog itself after the time-out (%o)", (accept, expected) => {
    start({ accept });
    const { answers } = open();
    vi.advanceTimersByTime(9_999);
    expect(answers).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(answers).toEqual([[expected, undefined]]);
    expect(notices.map(({ kind }) => kind)).toEqual(["dialog", "closed"]);
  });

  test("reports the end of a dialog that somebody else closes", async () => {
    const dialogs = start();
    const { answers, close } = open();
    close();
    await vi.advanceTimersByTimeAsync(0);
    expect(notices.map(({ kind }) => kind)).toEqual(["dialog", "closed"]);
    expect(dialogs.open).toEqual([]);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(answers).toEqual([]);
  });

  test("bounds the text of a notice, and replaces lone surrogates", () => {
    start();
    open({ type: "prompt", message: `\ud800${"x".repeat(100_000)}`, defaultValue: `${"y".repeat(4095)}😀` });
    expect(notices).toMatchObject([
      { message: `\ufffd${"x".repeat(4095)}`, defaultValue: `${"y".repeat(4095)}\ufffd` },
    ]);
  });

  test("answers open dialogs and stops listening on close()", () => {
    const dialogs = start({ accept: true });
    const { answers } = open();
    dialogs.close();
    expect(answers).toEqual([[true, undefined]]);
    expect(isListening).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe.skipIf(isSkipped).each(drivers)("PageDialogs with %s", (driver) => {
  let driven: DrivenPage;
  let target: PageTarget;
  let dialogs: PageDialogs;
  let notices: Notice[];

  beforeAll(async () => {
    driven = await drive(driver);
    target = await openTarget(driven.page);
  });
  beforeEach(async () => {
    await driven.goto("about:blank");
    notices = [];
    const notify = (notice: Notice) => notices.push(notice);
    dialogs = new PageDialogs(target, { notify, timeout: 300, accept: false });
  });
  afterEach(() => dialogs.close());
  afterAll(() => driven[Symbol.asyncDispose]());

  const opened = async () => {
    await expect.poll(() => dialogs.open.length, { interval: 5 }).toBe(1);
    return dialogs.open[0] as DialogNotice;
  };

  test("hands the viewer's answer to the page", async () => {
    const answer = driven.evaluate("prompt('Name?', 'nobody')");
    const { id } = await opened();
    dialogs.answer({ kind: "dialog", id, accept: true, text: "Ada" });
    expect(await answer).toBe("Ada");
    const kept = driven.evaluate("prompt('Name?', 'nobody')");
    dialogs.answer({ kind: "dialog", id: (await opened()).id, accept: true });
    expect(await kept).toBe("nobody");
  });

  test("dismisses a dialog after the time-out, one at a time", async () => {
    expect(await driven.evaluate("String([alert('one'), confirm('two'), prompt('three')])")).toBe(",false,");
    expect(notices.map(({ kind }) => kind)).toEqual([
      "dialog",
      "closed",
      "dialog",
      "closed",
      "dialog",
      "closed",
    ]);
    expect(notices[4]).toMatchObject({ type: "prompt", message: "three" });
  });

  test("leaves the page after an accepted beforeunload dialog", async () => {
    await using site = await Site.open({ "/": "<title>form</title>", "/left": "<title>left</title>" });
    await driven.goto(site.url("/"));
    await driven.evaluate("addEventListener('beforeunload', (event) => event.preventDefault())");
    // The page asks only if it was clicked.
    for (const type of ["mousePressed", "mouseReleased"])
      await target.session.send("Input.dispatchMouseEvent", {
        type,
        x: 9,
        y: 9,
        button: "left",
        clickCount: 1,
      });
    await driven.evaluate("void setTimeout(() => location.href = '/left')");
    const { id, type } = await opened();
    expect(type).toBe("beforeunload");
    dialogs.answer({ kind: "dialog", id, accept: true });
    await expect.poll(() => driven.evaluate("document.title").catch(() => undefined)).toBe("left");
  });
});
