import { expect, test } from "vitest";
import { describeInBrowser, inView, type OpenedPage, untilState } from "./support/test-browser.ts";
import { rawFrame } from "./support/test-frames.ts";
import { TestServer } from "./support/test-server.ts";
import { TestViewer } from "./support/test-viewer.ts";

const { metadata, data } = rawFrame(64, 36);

/** Returns what is written over the video, and whether it can be seen. */
function notice(page: OpenedPage["page"]): Promise<{ text: string; isVisible: boolean }> {
  return inView(
    page,
    `(() => {
    const notice = view.shadowRoot.querySelector("[part=notice]");
    const words = [...notice.querySelectorAll(".name, .reason")].map(({ textContent }) => textContent);
    return { text: words.join("|"), isVisible: notice.checkVisibility() };
  })()`,
  );
}

/** Returns whether the video is dimmed. */
function isDimmed(page: OpenedPage["page"]): Promise<boolean> {
  return inView(page, `getComputedStyle(view.shadowRoot.querySelector("canvas")).filter !== "none"`);
}

describeInBrowser("The state of <broadcast-view>", (open) => {
  test("follows the broadcast, and the notice always fits the state", async () => {
    await using server = await TestServer.open();
    server.onViewer = (viewer) => viewer.hello();
    const { page } = await open(server);
    await inView(
      page,
      `view.addEventListener("statechange", ({ detail }) => (window.seen ??= []).push(detail))`,
    );
    const viewer = await server.viewer();
    await viewer.next("demand");
    await expect.poll(() => notice(page)).toEqual({ text: "|Waiting for the video…", isVisible: true });
    viewer.frame(metadata, data);
    await untilState(page, "live");
    expect([(await notice(page)).isVisible, await isDimmed(page)]).toEqual([false, false]);
    expect(await inView(page, `view.matches(":state(live)")`)).toBe(true);
    await untilState(page, "still");
    expect([(await notice(page)).isVisible, await isDimmed(page)]).toEqual([false, false]);
    viewer.send({ type: "interrupted", reason: "The capture process was killed." });
    await untilState(page, "interrupted");
    expect(await notice(page)).toEqual({
      text: "Interrupted|The capture process was killed.",
      isVisible: true,
    });
    await expect.poll(() => isDimmed(page)).toBe(true);
    // A frame from before the interruption.
    viewer.frame({ ...metadata, timestamp: 5 }, data);
    await viewer.next("shown");
    viewer.send({ type: "resumed", timestamp: TestViewer.now() });
    expect(await inView(page, "view.state")).toBe("interrupted");
    viewer.frame(metadata, data);
    await untilState(page, "live");
    expect(await notice(page)).toEqual({ text: "Live|", isVisible: false });
    viewer.send({ type: "ended", reason: "The agent is done." });
    await untilState(page, "ended");
    viewer.frame(metadata, data);
    expect(await notice(page)).toEqual({ text: "Ended|The agent is done.", isVisible: true });
    expect(await inView(page, `[view.matches(":state(ended)"), view.matches(":state(live)")]`)).toEqual([
      ...[true, false],
    ]);
    const states = await page.evaluate<{ state: string }[]>("window.seen");
    expect(states.map(({ state }) => state).filter((state) => state !== "connecting")).toEqual([
      ...["live", "still", "interrupted", "live", "ended"],
    ]);
  });

  test("is interrupted while the page is not captured, whatever frames arrive", async () => {
    await using server = await TestServer.open();
    const { page } = await open(server);
    const viewer = await server.viewer();
    viewer.hello();
    viewer.frame(metadata, data);
    await untilState(page, "live");
    await inView(
      page,
      `view.addEventListener("statechange", ({ detail }) => (window.seen ??= []).push(detail))`,
    );
    viewer.send({ type: "page", notice: { kind: "crash", reloading: false } });
    viewer.send({ type: "page", notice: { kind: "capture", state: "crashed" } });
    await untilState(page, "interrupted");
    const crashed = { text: "Interrupted|The page has crashed.", isVisible: true };
    expect(await notice(page)).toEqual(crashed);
    expect(await inView(page, `view.shadowRoot.querySelector(".stage > .spoken").textContent`)).toBe(
      "Interrupted. The page has crashed.",
    );
    await expect.poll(() => isDimmed(page)).toBe(true);
    expect(await inView(page, `view.shadowRoot.querySelectorAll(".toast").length`)).toBe(0);
    await viewer.next("shown");
    viewer.frame(metadata, data);
    await viewer.next("shown");
    expect(await notice(page)).toEqual(crashed);
    viewer.send({ type: "page", notice: { kind: "capture", state: "running" } });
    await untilState(page, "live");
    expect((await notice(page)).isVisible).toBe(false);
    expect(await page.evaluate("window.seen")).toEqual([
      { state: "interrupted", reason: "The page has crashed." },
      { state: "live", reason: "" },
    ]);
  });

  test("says at once why a late viewer sees no live video, also without a frame", async () => {
    await using server = await TestServer.open();
    server.onViewer = (viewer) => {
      viewer.hello();
      viewer.send({ type: "page", notice: { kind: "capture", state: "closed" } });
    };
    const { page } = await open(server);
    await untilState(page, "interrupted");
    expect(await notice(page)).toEqual({ text: "Interrupted|The page was closed.", isVisible: true });
    await inView(
      page,
      `view.addEventListener("statechange", ({ detail }) => (window.seen ??= []).push(detail.state))`,
    );
    const viewer = await server.viewer();
    // The uploader's name is known with its first frame.
    viewer.hello({ name: "page" });
    viewer.frame(metadata, data);
    await viewer.next("shown");
    expect(await page.evaluate("window.seen")).toBeUndefined();
    viewer.send({ type: "page", notice: { kind: "capture", state: "running" } });
    await untilState(page, "live");
  });

  test("stays ended when the server goes away, and is live again when it comes back with a frame", async () => {
    const server = await TestServer.open();
    const { port } = server;
    const { page } = await open(server);
    const viewer = await server.viewer();
    viewer.hello();
    viewer.frame(metadata, data);
    await untilState(page, "live");
    viewer.send({ type: "ended", reason: "" });
    await untilState(page, "ended");
    await server[Symbol.asyncDispose]();
    await inView(
      page,
      `view.addEventListener("statechange", ({ detail }) => (window.seen ??= []).push(detail.state))`,
    );
    await using next = await TestServer.open(port);
    const second = await next.viewer();
    second.hello();
    second.frame(metadata, data);
    await untilState(page, "live");
    expect(await page.evaluate("window.seen")).toEqual(["live"]);
  });

  test("is lost while the server is away, and acknowledges only frames of the new connection on it", async () => {
    const server = await TestServer.open();
    const { port } = server;
    const { page, complaints } = await open(server);
    const first = await server.viewer();
    first.hello();
    for (let count = 0; count < 7; count++) {
      first.frame(metadata, data);
      await first.next("shown");
    }
    await inView(page, "(view.paused = true)");
    first.frame(metadata, data);
    await server[Symbol.asyncDispose]();
    await untilState(page, "lost");
    expect(await notice(page)).toEqual({ text: "No connection|Trying again…", isVisible: true });
    await using next = await TestServer.open(port);
    const second = await next.viewer();
    expect((await second.next("demand")).encoding).toBe("auto");
    second.hello();
    await untilState(page, "connecting");
    await inView(page, "(view.paused = false)");
    second.frame(metadata, data);
    expect(await second.next("shown")).toEqual({ type: "shown", sequence: 1 });
    await untilState(page, "live");
    expect(complaints).toEqual([]);
  });

  test.each([
    [4403, "You are not signed in.", "You are not signed in."],
    [4410, "", "This view is not open to you."],
    [1008, "The message is invalid.", "The message is invalid."],
  ])("is refused for good after the close code %i", async (code, reason, shown) => {
    await using server = await TestServer.open();
    const { page } = await open(server);
    const viewer = await server.viewer();
    await viewer.next("demand");
    viewer.close(code, reason);
    await untilState(page, "refused");
    expect(await inView(page, "view.reason")).toBe(shown);
    expect((await notice(page)).text).toBe(`Not available|${shown}`);
    // Neither the network nor the page brings it back.
    await page.evaluate(
      `{ dispatchEvent(new Event("online")); document.dispatchEvent(new Event("visibilitychange")); }`,
    );
    await page.waitForTimeout(1_500);
    expect(server.viewers).toHaveLength(1);
    // The program can try again.
    await inView(page, `view.src = "live"`);
    await server.viewer(1);
  });

  test("is refused if the browser forbids the connection", async () => {
    await using server = await TestServer.open();
    server.body = "<broadcast-view></broadcast-view>";
    const { page, complaints } = await open(server);
    await page.evaluate(
      `(window.WebSocket = class { constructor() { throw new Error("An insecure URL."); } })`,
    );
    await inView(page, `view.src = "live"`);
    await untilState(page, "refused");
    expect(await inView(page, "view.reason")).toBe("An insecure URL.");
    expect(complaints).toEqual([]);
  });

  test("comes back with a growing wait while the server turns it away, and at once when the network is back", async () => {
    await using server = await TestServer.open();
    const times: number[] = [];
    server.onViewer = (viewer) => {
      times.push(performance.now());
      viewer.hello();
      viewer.close(1013, "There are already 100 viewers");
    };
    const { page } = await open(server);
    await server.viewer(3);
    const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(waits[0]).toBeGreaterThan(370);
    expect(waits[2]).toBeGreaterThan(1_490);
    await untilState(page, "lost");
    expect(await inView(page, "view.reason")).toBe("There are already 100 viewers. Trying again…");
    // The next wait is 3 s or longer.
    const before = performance.now();
    await page.evaluate(`dispatchEvent(new Event("online"))`);
    await server.viewer(4);
    expect(performance.now() - before).toBeLessThan(2_950);
  });

  test("is lost after 20 seconds in which a connection delivers nothing", async () => {
    await using server = await TestServer.open();
    server.body = "";
    const { page } = await open(server);
    // Only the page's clock is advanced.
    await page.evaluate(`{
      const now = performance.now.bind(performance);
      performance.now = () => now() + (window.ahead ?? 0);
      const view = document.createElement("broadcast-view");
      view.src = "live";
      document.body.append(view);
    }`);
    const viewer = await server.viewer();
    viewer.answersTime = false;
    viewer.hello();
    viewer.frame(metadata, data);
    await untilState(page, "live");
    await page.evaluate("window.ahead = 21_000");
    await server.viewer(1);
    await viewer.closed;
  });

  test("reports messages that cannot be read, and goes on", async () => {
    await using server = await TestServer.open();
    const { page } = await open(server);
    const viewer = await server.viewer();
    await inView(
      page,
      `view.addEventListener("error", ({ detail }) => (window.codes ??= []).push(detail.code))`,
    );
    viewer.sendText("{");
    viewer.send({ type: "failed", reason: "no JPEG engine is installed" });
    viewer.frame(metadata, data);
    await untilState(page, "live");
    expect(await page.evaluate("window.codes")).toEqual(["ERR_VIEW_MESSAGE", "ERR_VIEW_ENCODING"]);
  });
});
