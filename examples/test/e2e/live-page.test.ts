/// <reference lib="dom" />
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { find, isMissing } from "../support/tools.ts";

const executable = find(
  ...[process.env.CHROMIUM ?? [], "chromium", "chromium-browser", "google-chrome"].flat(),
);

/** The page that the programs capture: it turns green when a key is pressed. */
const html = `<!doctype html><body style="margin: 0; background: rgb(0, 0, 200)"
  onkeydown="document.body.style.background = 'rgb(0, 200, 0)'">`;

/** The folder of the programs. `scripts/try-packages.mjs` sets another one, in which the packages are installed. */
const programs = process.env.LIVE_PAGE_FOLDER
  ? pathToFileURL(join(process.env.LIVE_PAGE_FOLDER, "/"))
  : new URL("../../live-page/", import.meta.url);

let folder: string;
/** A free port for the viewers' server. */
let port: number;
beforeEach(async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  ({ port } = server.address() as AddressInfo);
  server.close();
  folder = await mkdtemp(join(tmpdir(), "live-page-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** Starts a program of the example. It is interrupted when the test ends, so that it closes its browser. */
function start(name: string, ...args: string[]): ChildProcess {
  const file = fileURLToPath(new URL(`${name}.mjs`, programs));
  const env = { ...process.env, XDG_RUNTIME_DIR: folder, PORT: String(port), CHROMIUM: executable };
  const child = spawn(process.execPath, [file, ...args], { env, stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(async () => {
    child.kill("SIGINT");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  });
  return child;
}

/** Resolves with the address that a server program prints. */
async function addressOf(child: ChildProcess): Promise<string> {
  let output = "";
  for await (const chunk of child.stdout ?? []) {
    output += chunk;
    const [address] = /http:\/\/\S+(?=\n)/.exec(output) ?? [];
    if (address) return address;
  }
  throw new Error(`no address: ${output}`);
}

describe.skipIf(isMissing("Chromium", executable))("live-page", () => {
  let site: Server;
  let browser: Browser;
  beforeAll(async () => {
    site = createServer((_, response) => response.setHeader("Content-Type", "text/html").end(html));
    site.listen(0, "127.0.0.1");
    await once(site, "listening");
    browser = await chromium.launch({ executablePath: executable ?? "" });
  });
  afterAll(async () => {
    await browser.close();
    site.close();
  });

  test.each([
    ["playwright", "watch"],
    ["puppeteer", "express"],
    ["playwright", "fastify"],
    ["puppeteer", "hono"],
  ])("%s.mjs is watched and used through %s.mjs", async (capture, server) => {
    start(capture, `http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
    const address = await addressOf(start(server));
    const viewer = await browser.newPage();
    onTestFinished(() => viewer.close());
    await viewer.goto(address);

    // The colour of the middle of the shown frame.
    const color = () =>
      viewer.evaluate(async () => {
        const element = document.querySelector("broadcast-view") as
          | (HTMLElement & { snapshot(): Promise<Blob | null> })
          | null;
        const blob = await element?.snapshot();
        if (!blob) return undefined;
        const image = await createImageBitmap(blob);
        const context = new OffscreenCanvas(1, 1).getContext("2d");
        context?.drawImage(image, -image.width / 2, -image.height / 2);
        const [, green = 0, blue = 0] = context?.getImageData(0, 0, 1, 1).data ?? [];
        return green > blue ? "green" : "blue";
      });
    await expect.poll(color, { timeout: 30_000 }).toBe("blue");
    await viewer.click("broadcast-view");
    await expect
      .poll(
        async () => {
          await viewer.keyboard.press("a");
          return color();
        },
        { timeout: 30_000 },
      )
      .toBe("green");
  });
});
