import { EventEmitter } from "node:events";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { PageCapture } from "../src/page-capture.ts";
import { CollectingTarget } from "./support/collecting-target.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A session that answers nothing, like that of a browser that hangs. */
class SilentSession extends EventEmitter {
  detached = 0;
  send(): Promise<unknown> {
    return new Promise(() => {});
  }
  async detach(): Promise<void> {
    this.detached++;
  }
}

/** A page of Playwright whose session is opened by the test. */
class SlowPage extends EventEmitter {
  open: (session: SilentSession) => void = () => {};
  fail: (error: Error) => void = () => {};
  isClosed = () => false;
  close = async () => {};
  context = () => ({
    newCDPSession: () =>
      new Promise<SilentSession>((resolve, reject) => {
        this.open = resolve;
        this.fail = reject;
      }),
  });
}

describe("PageCapture.start with a browser that is slow", () => {
  test("rejects with ERR_CAPTURE_NOT_RESPONDING after 10 seconds, and detaches the session", async () => {
    const page = new SlowPage();
    const starting = PageCapture.start(page, new CollectingTarget());
    const rejected = expect(starting).rejects.toMatchObject({ code: "ERR_CAPTURE_NOT_RESPONDING" });
    await vi.advanceTimersByTimeAsync(10_000);
    await rejected;
    const session = new SilentSession();
    page.open(session);
    await vi.waitFor(() => expect(session.detached).toBe(1));
  });

  test("rejects on abort while the session is opened, and detaches the session", async () => {
    const page = new SlowPage();
    const abort = new AbortController();
    const starting = PageCapture.start(page, new CollectingTarget(), { signal: abort.signal });
    abort.abort("too slow");
    await expect(starting).rejects.toBe("too slow");
    const session = new SilentSession();
    page.open(session);
    await vi.waitFor(() => expect(session.detached).toBe(1));
    expect(page.listenerCount("close")).toBe(0);
  });

  test("rejects on abort while the browser does not answer", async () => {
    const page = new SlowPage();
    const abort = new AbortController();
    const starting = PageCapture.start(page, new CollectingTarget(), { signal: abort.signal });
    page.open(new SilentSession());
    await vi.advanceTimersByTimeAsync(100);
    abort.abort("too slow");
    const rejected = expect(starting).rejects.toBe("too slow");
    await vi.advanceTimersByTimeAsync(1_000);
    await rejected;
  });

  test("rejects with ERR_CAPTURE_NO_CDP for Firefox and WebKit", async () => {
    const page = new SlowPage();
    const starting = PageCapture.start(page, new CollectingTarget());
    page.fail(new Error("browserContext.newCDPSession: CDP session is only available in Chromium"));
    await expect(starting).rejects.toMatchObject({ code: "ERR_CAPTURE_NO_CDP" });
  });
});
