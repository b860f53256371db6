import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { CopiedNotice, InputMessage, KeyInput, PointerInput } from "@broadcast-ipc/protocol";
import type { Page as PlaywrightPage } from "playwright-core";
import type { Page as PuppeteerPage } from "puppeteer-core";
import { expect } from "vitest";
import type { CDPSessionLike } from "../../../src/browser/page-target.ts";
import { type ClipboardOptions, PageInput } from "../../../src/input/page-input.ts";
import { type DrivenPage, drive } from "../../support/drivers.ts";

type Held = Pick<KeyInput, "alt" | "ctrl" | "meta" | "shift" | "location" | "repeat">;

/** Records events with the fields that tests compare. Absent and false fields are left out. */
const recorder = `<script>
  window.events = [];
  window.record = (...types) => types.forEach((type) => addEventListener(type, (event) => {
    const entry = [type];
    const { key, code, location, repeat, keyCode, button, buttons, detail, clientX, clientY } = event;
    if (event instanceof KeyboardEvent) entry.push(key, code, location, repeat, keyCode);
    else if (type === "click" && event.target === document.documentElement) entry.push("HTML");
    else if (event instanceof WheelEvent) entry.push(event.deltaX, event.deltaY);
    else if (event instanceof MouseEvent) entry.push(Math.round(clientX), Math.round(clientY), button, buttons, detail);
    else if (event instanceof TouchEvent) entry.push(event.touches.length);
    else if (event instanceof InputEvent) entry.push(event.inputType, event.data);
    else if (event instanceof ClipboardEvent) entry.push(event.clipboardData.getData("text/plain"));
    else if ("data" in event) entry.push(event.data);
    entry.push(["altKey", "ctrlKey", "metaKey", "shiftKey"].filter((name) => event[name]).join());
    events.push(entry.join(" ").trim());
  }, { capture: true, passive: true }));
</script>`;

/** A page of 800 × 600 CSS pixels in a real browser, and a PageInput for it. */
export class InputPage implements AsyncDisposable {
  readonly #driven: DrivenPage;
  readonly input: PageInput;
  readonly session: CDPSessionLike;
  readonly copied: CopiedNotice[] = [];

  private constructor(
    driven: DrivenPage,
    session: CDPSessionLike,
    clipboard: ClipboardOptions,
    scale: () => number,
  ) {
    this.#driven = driven;
    this.session = session;
    const size = () => ({ width: 800, height: 600, scale: scale() });
    this.input = new PageInput(session, { onCopied: (notice) => this.copied.push(notice), size, clipboard });
  }

  static async open(
    driver: "playwright" | "puppeteer",
    clipboard: ClipboardOptions = {},
    scale: () => number = () => 1,
  ): Promise<InputPage> {
    const driven = await drive(driver, { width: 800, height: 600 });
    const { host } = driven;
    const session =
      driver === "puppeteer"
        ? await (host as PuppeteerPage).createCDPSession()
        : await (host as PlaywrightPage).context().newCDPSession(host as PlaywrightPage);
    return new InputPage(driven, session as unknown as CDPSessionLike, clipboard, scale);
  }

  /** Replaces the document. The listed types of events are recorded. */
  async show(html: string, ...types: string[]): Promise<void> {
    const style = "<style>* { margin: 0 } body { font: 20px/1 monospace }</style>";
    await (this.#driven.host as PlaywrightPage).setContent(`${style}${recorder}${html}`);
    await this.evaluate(`document.querySelector("[autofocus]")?.focus()`);
    await this.evaluate(`record(...${JSON.stringify(types)})`);
  }

  goto(url: string): Promise<void> {
    return this.#driven.goto(url);
  }

  evaluate<T>(expression: string): Promise<T> {
    return this.#driven.evaluate(expression);
  }

  /** Evaluates in an iframe. */
  async evaluateIn<T>(url: string, expression: string): Promise<T> {
    const frames = (this.#driven.host as PlaywrightPage).frames();
    const frame = frames.find((each) => each.url() === url);
    if (!frame) throw new Error(`there is no frame ${url}`);
    return frame.evaluate(expression) as Promise<T>;
  }

  /** Crashes the renderer of the page. */
  async crash(): Promise<void> {
    const crashed = new Promise<void>((resolve) =>
      this.session.on("Inspector.targetCrashed", () => resolve()),
    );
    await this.session.send("Inspector.enable");
    this.session.send("Page.navigate", { url: "chrome://crash" }).catch(() => {});
    await crashed;
  }

  closePage(): Promise<void> {
    return this.#driven.closePage();
  }

  /** Waits until the page has recorded these events, and forgets them. Fails if it records others. */
  async expectEvents(...expected: string[]): Promise<void> {
    await expect.poll(() => this.evaluate("events")).toEqual(expected);
    await this.evaluate("events.splice(0)");
  }

  value(selector = "#field"): Promise<string> {
    return this.evaluate(`document.querySelector("${selector}").value`);
  }

  perform(...messages: InputMessage[]): void {
    for (const message of messages) this.input.perform(message);
  }

  press(key: string, code = "", held: Held = {}): void {
    for (const event of ["down", "up"] as const) this.perform({ kind: "key", event, key, code, ...held });
  }

  pointer(
    event: PointerInput["event"],
    x: number,
    y: number,
    button: PointerInput["button"] = event === "move" ? "none" : "left",
    clickCount: number = event === "move" ? 0 : 1,
    viewer?: string,
  ): void {
    const message = { kind: "pointer", event, x: x / 800, y: y / 600, button, clickCount } as const;
    this.perform(viewer === undefined ? message : { ...message, viewer });
  }

  click(x: number, y: number, button: PointerInput["button"] = "left", clickCount: number = 1): void {
    this.pointer("down", x, y, button, clickCount);
    this.pointer("up", x, y, button, clickCount);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.input.close();
    await this.#driven[Symbol.asyncDispose]();
  }
}

/** Serves documents by their path. */
export async function serve(
  documents: Readonly<Record<string, string>>,
): Promise<{ port: number } & AsyncDisposable> {
  const server = createServer(({ url = "" }, response) => {
    response.setHeader("content-type", "text/html");
    response.end(documents[url] ?? "");
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
