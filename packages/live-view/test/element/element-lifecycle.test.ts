import { expect, test } from "vitest";
import { describeInBrowser, inView, untilState } from "./support/test-browser.ts";
import { rawFrame } from "./support/test-frames.ts";
import { TestServer } from "./support/test-server.ts";

const { metadata, data } = rawFrame(64, 36);

describeInBrowser("<broadcast-view> as an element", (open) => {
  test.each([
    [
      "document.createElement()",
      `view = document.createElement("broadcast-view"), view.src = "live", document.body.append(view)`,
    ],
    [
      "a constructor",
      `view = new (customElements.get("broadcast-view"))(), view.setAttribute("src", "live"), document.body.append(view)`,
    ],
    [
      "cloneNode()",
      `view = document.createElement("broadcast-view"), view.src = "live", document.body.append(view.cloneNode())`,
    ],
  ])("connects once when it is made with %s", async (_, script) => {
    await using server = await TestServer.open();
    server.body = "";
    const { page, complaints } = await open(server);
    await page.evaluate(`{ let view; ${script}; }`);
    const viewer = await server.viewer();
    expect(await viewer.next("demand")).toEqual({ type: "demand", encoding: "auto" });
    viewer.hello();
    viewer.frame(metadata, data);
    await viewer.next("shown");
    expect(server.viewers).toHaveLength(1);
    expect(complaints).toEqual([]);
  });

  test("connects when it gets a src, and disconnects when it loses it", async () => {
    await using server = await TestServer.open();
    server.body = "<broadcast-view></broadcast-view>";
    const { page } = await open(server);
    expect(await inView(page, "view.state")).toBe("idle");
    await inView(page, `view.src = "live"`);
    const viewer = await server.viewer();
    await untilState(page, "connecting");
    await inView(page, `view.removeAttribute("src")`);
    await viewer.closed;
    expect(await inView(page, "[view.state, view.reason]")).toEqual(["idle", ""]);
    expect(server.viewers).toHaveLength(1);
  });

  test("keeps its connection when it is moved, closes it when it is removed, and opens it again", async () => {
    await using server = await TestServer.open();
    const { page } = await open(server);
    const first = await server.viewer();
    first.hello();
    first.frame(metadata, data);
    await first.next("shown");
    await page.evaluate(`{
      window.view = document.querySelector("broadcast-view");
      document.body.append(document.createElement("main"));
      document.querySelector("main").append(view);
    }`);
    first.frame(metadata, data);
    await first.next("shown");
    await page.evaluate(`window.view.remove()`);
    await first.closed;
    expect(await page.evaluate(`[window.view.state, window.view.info]`)).toEqual(["idle", undefined]);
    await page.evaluate(`document.body.append(window.view)`);
    const second = await server.viewer(1);
    await second.next("demand");
    expect(server.viewers).toHaveLength(2);
  });

  test("closes the old connection and shows no frame of it when src changes", async () => {
    await using server = await TestServer.open();
    const { page } = await open(server);
    const first = await server.viewer();
    first.hello();
    first.frame(metadata, data);
    await untilState(page, "live");
    first.frame(metadata, data);
    await inView(page, `view.src = "other"`);
    await first.closed;
    const second = await server.viewer(1);
    await second.next("demand");
    await untilState(page, "connecting");
    expect(await inView(page, `view.shadowRoot.querySelector("canvas").width`)).not.toBe(64);
    expect(second.messages.filter(({ type }) => type === "shown")).toEqual([]);
  });

  test("takes properties that were set before it was defined", async () => {
    await using server = await TestServer.open();
    server.body = "";
    server.scripts = [];
    const { page } = await open(server);
    await page.evaluate(`{
      const view = document.createElement("broadcast-view");
      Object.assign(view, { src: "live", control: true, muted: false, encoding: "raw", maxFps: 5, maxWidth: 320, fit: "cover" });
      document.body.append(view);
      const script = document.createElement("script");
      script.type = "module";
      document.head.append(script);
      import("/element.js");
    }`);
    const viewer = await server.viewer();
    expect(await viewer.next("demand")).toEqual({
      type: "demand",
      encoding: "raw",
      maxFps: 5,
      maxWidth: 320,
    });
    const attributes = `Object.fromEntries(view.getAttributeNames().map((name) => [name, view.getAttribute(name)]))`;
    expect(await inView(page, attributes)).toEqual({
      ...{ src: "live", control: "", muted: "false", encoding: "raw", fit: "cover" },
      ...{ "max-fps": "5", "max-width": "320" },
    });
  });

  test("can be loaded twice", async () => {
    await using server = await TestServer.open();
    const { page, complaints } = await open(server);
    await page.evaluate(`import("/copy/element.js")`);
    expect(complaints).toEqual([]);
  });

  test("reflects attributes as properties, sends changed demands, and warns once of a bad value", async () => {
    await using server = await TestServer.open();
    const { page, complaints } = await open(server);
    const viewer = await server.viewer();
    await viewer.next("demand");
    await inView(page, `view.setAttribute("encoding", "delta")`);
    expect(await viewer.next("demand")).toEqual({ type: "demand", encoding: "delta" });
    await inView(page, `view.maxFps = 12.5`);
    expect(await viewer.next("demand")).toEqual({ type: "demand", encoding: "delta", maxFps: 12.5 });
    await inView(page, `view.maxFps = undefined`);
    expect(await viewer.next("demand")).toEqual({ type: "demand", encoding: "delta" });
    expect(complaints).toEqual([]);
    await inView(page, `view.encoding = "h264"`);
    expect(await viewer.next("demand")).toEqual({ type: "demand", encoding: "auto" });
    await inView(page, `view.maxWidth = -1`);
    await viewer.next("demand");
    expect(await inView(page, "[view.encoding, view.maxWidth, view.muted, view.control, view.fit]")).toEqual([
      ...["auto", undefined, true, false, "contain"],
    ]);
    expect(complaints).toEqual([
      expect.stringContaining('encoding must be "auto", "raw", "jpeg", "delta", got "h264"'),
      expect.stringContaining('max-width must be a whole number from 1 to 65535, got "-1"'),
    ]);
  });

  test("reports a src that is no URL of http or ws", async () => {
    await using server = await TestServer.open();
    server.body = "<broadcast-view></broadcast-view>";
    const { page, complaints } = await open(server);
    const code = await page.evaluate(`new Promise((resolve) => {
      const view = document.querySelector("broadcast-view");
      view.addEventListener("error", ({ detail }) => resolve(detail.code));
      view.src = "ftp://host/live";
    })`);
    expect(code).toBe("ERR_VIEW_SRC");
    expect(complaints).toHaveLength(1);
    expect(await inView(page, "view.state")).toBe("idle");
  });

  test("receives no frames while its page shows something else, and acknowledges when it is scrolled back", async () => {
    await using server = await TestServer.open();
    const { page } = await open(server);
    const viewer = await server.viewer();
    viewer.hello();
    viewer.frame(metadata, data);
    await viewer.next("shown");
    await inView(page, `view.addEventListener("frame", ({ detail }) => (window.sequence = detail.sequence))`);
    await inView(page, `(view.style.marginTop = "5000px")`);
    expect(await viewer.next("hidden")).toEqual({ type: "hidden", hidden: true });
    const sequence = viewer.frame(metadata, data);
    await expect.poll(() => page.evaluate("window.sequence")).toBe(sequence);
    expect(viewer.messages.at(-1)).toEqual({ type: "hidden", hidden: true });
    await inView(page, `(view.style.marginTop = "")`);
    expect(await viewer.next("hidden")).toEqual({ type: "hidden", hidden: false });
    expect(await viewer.next("shown")).toEqual({ type: "shown", sequence });
    await inView(page, `(view.hidden = true)`);
    expect(await viewer.next("hidden")).toEqual({ type: "hidden", hidden: true });
  });

  test("acknowledges no frames while it is paused", async () => {
    await using server = await TestServer.open();
    const { page } = await open(server);
    const viewer = await server.viewer();
    viewer.hello();
    await inView(page, "(view.paused = true)");
    expect(await viewer.next("paused")).toEqual({ type: "paused", paused: true });
    const sequence = viewer.frame(metadata, data);
    await untilState(page, "live");
    expect(viewer.messages.map(({ type }) => type)).toEqual(["demand", "paused"]);
    await inView(page, "(view.paused = false)");
    expect(await viewer.next("paused")).toEqual({ type: "paused", paused: false });
    expect(await viewer.next("shown")).toEqual({ type: "shown", sequence });
  });
});
