import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type PageNotice, parseViewerInput, type ViewerInput } from "@broadcast-ipc/protocol";
import type { BrowserContextOptions, CDPSession, Page } from "playwright-core";
import { build } from "vite";
import { sharedBrowser } from "../../support/shared-browser.ts";

/** What the page shows. */
interface ViewOptions {
  /** CSS of the canvas. Default: 640 × 360 pixels at 40, 30. */
  readonly canvasStyle?: string;
  /** Size of the canvas in pixels. Default: 640 × 360. */
  readonly size?: readonly [number, number];
  readonly rotation?: 0 | 90 | 180 | 270;
  readonly context?: BrowserContextOptions;
  /** Whether the viewer may answer pop-ups from the start. Default: true. */
  readonly canAnswer?: boolean;
}

const modules = ["input/input-capture", "popups/popups"];
const csp = "default-src 'none'; script-src 'self'; connect-src 'self'";
const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>View</title>
<meta name="viewport" content="width=device-width"><script type="module" src="/main.js"></script></head>
<body><main><h1>A page with a view</h1><button id="before">Before</button><div id="host"></div>
<button id="after">After</button></main></body></html>`;

// The page's script sets styles only through the CSSOM, as a strict CSP requires.
const main = `
import { InputCapture } from "/input-capture.js";
import { Popups } from "/popups.js";
const options = await (await fetch("/options")).json();
const sheet = new CSSStyleSheet();
sheet.replaceSync(\`:root { color-scheme: light dark; } body { margin: 0; height: 4000px; }
  button { position: relative; z-index: 1 } h1 { position: absolute; top: 900px }\`);
document.adoptedStyleSheets.push(sheet);
const root = document.querySelector("#host").attachShadow({ mode: "open" });
const canvas = document.createElement("canvas");
[canvas.width, canvas.height] = options.size ?? [640, 360];
canvas.style.cssText = options.canvasStyle ?? "position: absolute; left: 40px; top: 30px; width: 640px; height: 360px";
canvas.ariaLabel = "Live video";
const context = canvas.getContext("2d");
const gradient = context.createLinearGradient(0, 0, canvas.width, canvas.height);
gradient.addColorStop(0, "#7aa5d8");
gradient.addColorStop(1, "#d9c9a4");
context.fillStyle = gradient;
context.fillRect(0, 0, canvas.width, canvas.height);
const layer = document.createElement("div");
const cover = document.createElement("div");
root.append(canvas, cover);
cover.append(layer);
const box = canvas.getBoundingClientRect();
cover.style.cssText = \`position: absolute; pointer-events: none; left: \${box.left}px; top: \${box.top}px;
  width: \${box.width}px; height: \${box.height}px\`;
window.inputs = [];
window.controls = [];
window.told = [];
const onInput = (input) => window.inputs.push(input);
window.capture = new InputCapture(
  { canvas, root, layer },
  { onInput, onControl: (on) => window.controls.push(on), onMessage: (text) => window.told.push(text) },
);
window.popups = new Popups({ canvas, layer }, { onInput, boxOf: (area) => capture.boxOf(area) });
capture.rotation = options.rotation ?? 0;
capture.enabled = true;
popups.canAnswer = options.canAnswer ?? true;
window.viewRoot = root;
document.documentElement.dataset.ready = "";`;

/** A web page with a canvas, an InputCapture and Popups, that records what both report. */
export class TestView {
  readonly page: Page;
  readonly cdp: CDPSession;
  /** Uncaught errors, and errors logged to the console, violations of the CSP included. */
  readonly complaints: readonly string[];

  private constructor(page: Page, cdp: CDPSession, complaints: readonly string[]) {
    this.page = page;
    this.cdp = cdp;
    this.complaints = complaints;
  }

  static async open(options: ViewOptions = {}): Promise<TestView> {
    const [browser, site] = await Promise.all([sharedBrowser(), sharedSite()]);
    const page = await browser.newPage({ reducedMotion: "reduce", ...options.context });
    const complaints: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    site.options = options;
    await page.goto(site.url);
    await page.waitForSelector("[data-ready]");
    return new TestView(page, await page.context().newCDPSession(page), complaints);
  }

  /**
   * Returns the recorded inputs, and forgets them. Waits for a display frame, in which merged moves are sent. Throws if
   * an input does not match the schema.
   */
  async inputs(): Promise<ViewerInput[]> {
    const inputs = await this.page.evaluate<unknown[]>(
      "new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(window.inputs.splice(0)))))",
    );
    return inputs.map((input) => parseViewerInput(input));
  }

  /** Returns the recorded calls of onControl, and forgets them. */
  controls(): Promise<boolean[]> {
    return this.page.evaluate<boolean[]>("window.controls.splice(0)");
  }

  /** Returns the sentences for the viewer, and forgets them. */
  told(): Promise<string[]> {
    return this.page.evaluate<string[]>("window.told.splice(0)");
  }

  async notify(notice: PageNotice): Promise<void> {
    await this.page.evaluate(`window.popups.handle(${JSON.stringify(notice)})`);
  }

  /** Runs an expression in the page. */
  run<T = unknown>(expression: string): Promise<T> {
    return this.page.evaluate<T>(expression);
  }

  /** Takes control with the keyboard, so that no pointer input is recorded. */
  async enter(): Promise<void> {
    await this.page.locator("canvas").focus();
    await this.page.keyboard.press("Enter");
    await this.inputs();
    await this.controls();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.close();
  }
}

/** Serves the page of {@link TestView}, with the modules under test, under a strict content security policy. */
interface TestSite {
  readonly url: string;
  /** Options of the next page that is opened. */
  options: ViewOptions;
}

let shared: Promise<TestSite> | undefined;

/** Returns the site that all tests of this process share. It ends with the process. */
async function sharedSite(): Promise<TestSite> {
  shared ??= startSite();
  return await shared;
}

async function startSite(): Promise<TestSite> {
  const files = new Map<string, readonly [string, string]>([
    ["/", ["text/html", html]],
    ["/main.js", ["text/javascript", main]],
    ["/elsewhere", ["text/html", "<!doctype html><title>Elsewhere</title>"]],
  ]);
  for (const [name, code] of await bundle()) files.set(name, ["text/javascript", code]);
  const server = createServer((request, response) => {
    const options = ["application/json", JSON.stringify(site.options)] as const;
    const file = request.url === "/options" ? options : files.get(request.url ?? "");
    response.setHeader("content-security-policy", csp);
    if (file === undefined) response.writeHead(request.url === "/favicon.ico" ? 204 : 404).end();
    else response.setHeader("content-type", file[0]).end(file[1]);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const site: TestSite = { url: `http://127.0.0.1:${port}/`, options: {} };
  return site;
}

/** Returns the bundled modules by path. */
async function bundle(): Promise<Map<string, string>> {
  const source = new URL("../../../../src/element/", import.meta.url);
  const entries = modules.map((name) => [name.split("/")[1], new URL(`${name}.ts`, source).pathname]);
  const built = await build({
    configFile: false,
    logLevel: "silent",
    build: { write: false, target: "es2022", lib: { entry: Object.fromEntries(entries), formats: ["es"] } },
  });
  const outputs = [built].flat().flatMap((result) => ("output" in result ? result.output : []));
  return new Map(
    outputs.flatMap((file) => (file.type === "chunk" ? [[`/${file.fileName}`, file.code]] : [])),
  );
}
