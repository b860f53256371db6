import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { readJpegHeader } from "@broadcast-ipc/image-codec";
import { chromium } from "playwright-core";
import sharp from "sharp";
import { findBrowser } from "../../../apps/demo/src/browser/find-browser.ts";
import { WatchedDemo } from "./watched-demo.ts";

/** A page that changes between dark and light with each press of a mouse button. */
const html = `<!doctype html><style>html { height: 100%; background: #102030 } .light { background: #f0e0d0 }</style>
  <script>addEventListener("mousedown", () => document.documentElement.classList.toggle("light"))</script>`;

/** Pause before each click, in ms, plus a varying part so that clicks do not fall into step with frames. */
const pause = 300;

async function servePage(): Promise<{ server: Server; url: string }> {
  const server = createServer((_, response) => response.setHeader("Content-Type", "text/html").end(html));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

/**
 * Measures, in the viewer's browser, the time from the press of a mouse button on the live view until the changed frame is
 * painted. Returns one time in ms for each click.
 */
export async function clickToChange(clicks: number): Promise<number[]> {
  const { server, url } = await servePage();
  await using demo = await WatchedDemo.start("--url", url);
  try {
    const { page } = demo;
    // The first click takes control.
    await page.click("broadcast-view");
    await delay(1000);
    await page.evaluate(colorWatch);
    const times: number[] = [];
    for (let click = 0; click < clicks; click++) {
      await delay(pause + ((click * 37) % 100));
      // The watch must be ready before the click.
      await page.evaluate("void (globalThis.changed = nextChange())");
      await page.mouse.down();
      times.push(await page.evaluate<number>("globalThis.changed"));
      await page.mouse.up();
    }
    return times;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/**
 * Code for the page of the demo. It defines `nextChange()`, which resolves with the ms from the next press of a mouse button
 * until a frame of another colour is painted. The code is text, because tsx adds helpers to functions with names, which the
 * page does not have.
 */
const colorWatch = `
  const view = document.querySelector("broadcast-view");
  const canvas = view.shadowRoot.querySelector("canvas");
  const probe = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const isLight = () => {
    probe.drawImage(canvas, -canvas.width / 2, -canvas.height / 2);
    return probe.getImageData(0, 0, 1, 1).data[0] > 128;
  };
  globalThis.nextChange = () =>
    new Promise((resolve, reject) => {
      const before = isLight();
      let pressed;
      addEventListener("pointerdown", () => (pressed = performance.now()), { capture: true, once: true });
      const late = setTimeout(() => reject(new Error("no change within 5 s")), 5000);
      const check = () => {
        if (pressed === undefined || isLight() === before) return;
        clearTimeout(late);
        view.removeEventListener("frame", check);
        requestAnimationFrame(() => resolve(performance.now() - pressed));
      };
      view.addEventListener("frame", check);
    });`;

/** Measures the browser's own share: from `Input.dispatchMouseEvent` until the screencast frame with the change arrives. */
export async function browserAlone(clicks: number): Promise<number[]> {
  const { server, url } = await servePage();
  const browser = await chromium.launch({
    executablePath: findBrowser(),
    chromiumSandbox: process.getuid?.() !== 0,
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    await page.goto(url);
    const session = await page.context().newCDPSession(page);
    let onFrame: (jpeg: Buffer) => void = () => {};
    session.on("Page.screencastFrame", ({ data, sessionId }) => {
      void session.send("Page.screencastFrameAck", { sessionId });
      onFrame(Buffer.from(data, "base64"));
    });
    await session.send("Page.startScreencast", { format: "jpeg", quality: 80 });
    const times: number[] = [];
    let isLight = false;
    for (let click = 0; click < clicks; click++) {
      await delay(pause + ((click * 37) % 100));
      const start = performance.now();
      const changed = new Promise<number>((resolve) => {
        onFrame = async (jpeg) => {
          const arrived = performance.now();
          if (!readJpegHeader(jpeg)) return;
          const { data } = await sharp(jpeg).resize(1, 1).raw().toBuffer({ resolveWithObject: true });
          if ((data[0] ?? 0) > 128 !== isLight) resolve(arrived - start);
        };
      });
      const button = { x: 640, y: 360, button: "left", clickCount: 1 } as const;
      await session.send("Input.dispatchMouseEvent", { type: "mousePressed", ...button });
      times.push(await changed);
      isLight = !isLight;
      await session.send("Input.dispatchMouseEvent", { type: "mouseReleased", ...button });
    }
    return times;
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}
