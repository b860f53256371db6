import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { inputMessageType, pageNoticeType } from "@broadcast-ipc/protocol";
import { expect, onTestFinished, test } from "vitest";
import { LiveView } from "../../src/live-view.ts";
import type { LiveViewOptions } from "../../src/live-view-options.ts";
import { connectPair } from "../support/open-view.ts";
import {
  colorsAt,
  describeInBrowser,
  inView,
  type OpenedPage,
  quarters,
  untilState,
} from "./support/test-browser.ts";
import { type Color, compressed, corners, rawFrame, sampleOf } from "./support/test-frames.ts";

const page = `<!doctype html><html lang="en"><head><title>Test</title><script type="module" src="element.js"></script></head>
<body><broadcast-view src="live" control></broadcast-view></body></html>`;

const patience = { timeout: 10_000 };

/** A live view of a real receiver, and a page that shows it. */
interface TestView {
  readonly view: LiveView;
  readonly uploader: Awaited<ReturnType<typeof connectPair>>["uploader"];
  readonly receiver: Awaited<ReturnType<typeof connectPair>>["receiver"];
  readonly server: Server;
  readonly url: string;
  /** Number of upgrade requests. */
  readonly requests: () => number;
}

async function openView(options: LiveViewOptions = {}, port = 0): Promise<TestView> {
  const pair = await connectPair();
  const view = new LiveView(pair.receiver, options);
  const server = createServer((request, response) => {
    if (view.handleRequest(request, response)) return;
    response.writeHead(200, { "content-type": "text/html" }).end(page);
  });
  let count = 0;
  server.on("upgrade", (request, socket, head) => {
    count++;
    view.handleUpgrade(request, socket, head);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    await view.close();
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { ...pair, view, server, url, requests: () => count };
}

function hint(page: OpenedPage["page"]): Promise<string> {
  return inView(page, `view.shadowRoot.querySelector("[part=hint]").textContent`);
}

describeInBrowser("<broadcast-view> and LiveView", (open) => {
  test("show uploaded frames at once, and report their ages", async () => {
    const live = await openView();
    const { page, complaints } = await open(live);
    await inView(page, `view.addEventListener("figures", ({ detail }) => (window.figures = detail))`);
    const white: Color = [250, 250, 250];
    const frames = [
      rawFrame(128, 128),
      rawFrame(128, 128, [...corners.slice(0, 3), white]),
      await compressed(rawFrame(128, 128), "jpeg"),
    ];
    for (const frame of frames) {
      await live.uploader.wanted();
      await live.uploader.upload(sampleOf(frame));
    }
    await untilState(page, "live");
    await expect
      .poll(async () => {
        const { timestamp, ...sample } = sampleOf(rawFrame(128, 128));
        void live.uploader.upload({
          ...sample,
          timestamp: Math.round(Number(process.hrtime.bigint()) / 1_000),
        } as never);
        return page.evaluate("window.figures?.age");
      })
      .toBeGreaterThan(0);
    const [color] = await colorsAt(page, quarters);
    expect(Math.abs((color?.[0] ?? 0) - (corners[0]?.[0] ?? 0))).toBeLessThan(12);
    await expect.poll(() => page.evaluate("window.figures.viewers"), patience).toBe(1);
    expect(complaints).toEqual([]);
  });

  test("ask the source for nothing while the element is scrolled out of the window", async () => {
    const live = await openView();
    const { page } = await open(live);
    await live.uploader.wanted();
    await inView(page, `(view.style.marginTop = "5000px")`);
    await expect.poll(() => live.uploader.demand?.video, patience).toBeNull();
    await inView(page, `(view.style.marginTop = "")`);
    await expect.poll(() => live.uploader.demand?.video, patience).not.toBeNull();
  });

  test("connect again after the server was restarted", async () => {
    const first = await openView();
    const { page } = await open(first);
    await first.uploader.wanted();
    await first.uploader.upload(sampleOf(rawFrame(64, 36)));
    await untilState(page, "live");
    const { port } = first.server.address() as AddressInfo;
    await first.view.close();
    first.server.closeAllConnections();
    await new Promise((resolve) => first.server.close(resolve));
    await untilState(page, "lost");
    const second = await openView({}, port);
    await second.uploader.wanted();
    await second.uploader.upload(sampleOf(rawFrame(64, 36)));
    await untilState(page, "live");
  });

  test("show that the broadcast has ended, and why", async () => {
    const live = await openView();
    const { page } = await open(live);
    await live.uploader.wanted();
    await live.uploader.upload(sampleOf(rawFrame(64, 36)));
    await untilState(page, "live");
    live.view.interrupt("The browser is being restarted.");
    await untilState(page, "interrupted");
    live.view.end("The agent is done.");
    await untilState(page, "ended");
    expect(await inView(page, "view.reason")).toBe("The agent is done.");
  });

  test("show a late viewer the last frame of a broadcast that has ended, and never that it is live", async () => {
    const live = await openView({ idleDemand: {} });
    await live.uploader.wanted();
    await live.uploader.upload(sampleOf(rawFrame(64, 36)));
    await expect.poll(() => live.view.newest).toBeDefined();
    await live.uploader.close();
    const { page } = await open(live);
    await untilState(page, "ended");
    await inView(
      page,
      `view.addEventListener("statechange", ({ detail }) => (window.seen ??= []).push(detail.state))`,
    );
    await expect.poll(() => inView(page, `view.shadowRoot.querySelector("canvas").width`), patience).toBe(64);
    expect(await page.evaluate("window.seen")).toBeUndefined();
    expect(await inView(page, "view.state")).toBe("ended");
  });

  test("do not connect again after authorize has refused the viewer", async () => {
    const live = await openView({ authorize: () => ({ watch: false, control: false }) });
    const { page } = await open(live);
    await untilState(page, "refused");
    await page.waitForTimeout(1_500);
    expect(live.requests()).toBe(1);
  });

  test("do not connect again after the host has removed the viewer, and say why", async () => {
    const live = await openView();
    const { page } = await open(live);
    await live.uploader.wanted();
    for (const viewer of live.view.viewers) viewer.remove("Your time is over.");
    await untilState(page, "refused");
    expect(await inView(page, "view.reason")).toBe("Your time is over.");
    await page.waitForTimeout(1_500);
    expect(live.requests()).toBe(1);
  });

  test("hand control from one viewer to the next", async () => {
    const live = await openView({ control: "exclusive", authorize: () => ({ watch: true, control: true }) });
    const { page: first } = await open(live);
    const { page: second } = await open(live);
    await live.uploader.wanted();
    await live.uploader.upload(sampleOf(rawFrame(64, 36)));
    await Promise.all([untilState(first, "live"), untilState(second, "live")]);
    await first.click("broadcast-view");
    await expect.poll(() => hint(first)).toContain("You are in control.");
    await expect.poll(() => hint(second)).toContain("Someone else is in control.");
    await second.click("broadcast-view");
    await expect.poll(() => hint(second)).toBe("Someone else is in control. You are next in line.");
    await expect.poll(() => hint(first)).toContain("Someone else is waiting for control.");
    const inputs = live.uploader.messages({ types: [inputMessageType] });
    await first.keyboard.press("x");
    for await (const { data } of inputs) if ((data as { key?: string }).key === "x") break;
    await first.keyboard.press("Escape");
    await first.keyboard.press("Escape");
    await expect.poll(() => hint(second)).toContain("You are in control.");
    expect(await inView(second, "view.hasControl")).toBe(true);
  });

  test("answer a dialog of the captured page", async () => {
    const live = await openView({ authorize: () => ({ watch: true, control: true }) });
    const { page, complaints } = await open(live);
    await live.uploader.wanted();
    await live.uploader.upload(sampleOf(rawFrame(64, 36)));
    await untilState(page, "live");
    await page.click("broadcast-view", { position: { x: 20, y: 20 } });
    await expect.poll(() => inView(page, "view.hasControl")).toBe(true);
    const inputs = live.uploader.messages({ types: [inputMessageType] });
    const notice = { kind: "dialog", id: "7", type: "confirm", message: "Delete?" } as const;
    await live.uploader.send(pageNoticeType, notice);
    await page.getByText("Delete?").waitFor();
    await page.keyboard.press("Enter");
    for await (const { data } of inputs) {
      const input = data as { kind: string };
      if (input.kind !== "dialog") continue;
      expect(input).toMatchObject({ kind: "dialog", id: "7", accept: true });
      break;
    }
    expect(complaints).toEqual([]);
  });

  test("say that the page was closed, also if they are opened later", async () => {
    const live = await openView({ authorize: () => ({ watch: true, control: true }) });
    const { page: first } = await open(live);
    await live.uploader.wanted();
    await live.uploader.send(pageNoticeType, { kind: "capture", state: "running" });
    await live.uploader.upload(sampleOf(rawFrame(64, 36)));
    await untilState(first, "live");
    await live.uploader.send(pageNoticeType, { kind: "capture", state: "closed" });
    const { page: second, complaints } = await open(live);
    for (const page of [first, second]) {
      await untilState(page, "interrupted");
      expect(await inView(page, "view.reason")).toBe("The page was closed.");
      expect(await hint(page)).toBe("");
    }
    await live.uploader.send(pageNoticeType, { kind: "capture", state: "running" });
    for (const page of [first, second]) {
      await expect.poll(() => inView(page, "view.reason")).not.toBe("The page was closed.");
      await expect.poll(() => hint(page)).toBe("Click to take control");
    }
    expect(complaints).toEqual([]);
  });

  test("say that the page was closed before any viewer saw it", async () => {
    const live = await openView();
    await expect.poll(() => live.uploader.demand?.video).toBeNull();
    await live.uploader.send(pageNoticeType, { kind: "capture", state: "running" });
    await live.uploader.send(pageNoticeType, { kind: "capture", state: "closed" });
    const { page } = await open(live);
    await untilState(page, "interrupted");
    expect(await inView(page, "view.reason")).toBe("The page was closed.");
  });

  test("say that the source has ended after a page was closed, and never in between that it is live", async () => {
    const live = await openView();
    const { page } = await open(live);
    await live.uploader.wanted();
    await live.uploader.upload(sampleOf(rawFrame(64, 36)));
    await untilState(page, "live");
    await live.uploader.send(pageNoticeType, { kind: "capture", state: "closed" });
    await untilState(page, "interrupted");
    await inView(
      page,
      `view.addEventListener("statechange", ({ detail }) => (window.seen ??= []).push(detail))`,
    );
    await live.uploader.close();
    await untilState(page, "ended");
    expect(await page.evaluate("window.seen")).toEqual([{ state: "ended", reason: "The source has ended." }]);
  });

  test("exchange messages", async () => {
    const live = await openView();
    const { page } = await open(live);
    await live.uploader.wanted();
    await inView(page, `view.addEventListener("message", ({ detail }) => view.send("echo", detail))`);
    const answered = once(live.view, "message");
    live.view.send("hi", { a: 1 });
    const [{ name, data }] = await answered;
    expect([name, data]).toEqual(["echo", { name: "hi", data: { a: 1 } }]);
  });
});
