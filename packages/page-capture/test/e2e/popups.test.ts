import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { PageCapture } from "../../src/page-capture.ts";
import type { PageCaptureOptions } from "../../src/page-capture-options.ts";
import { CollectingTarget } from "../support/collecting-target.ts";
import { type DrivenPage, drive } from "../support/drivers.ts";
import { isSkipped } from "../support/find-browser.ts";
import { type ServedPages, servePages } from "../support/serve-pages.ts";

const red = [254, 0, 0];
const blue = [0, 0, 254];
const lime = [0, 255, 1];

const opener = `<body style="background: red"><script>
  onmessage = ({ data }) => { document.body.style.background = data; };
</script>`;
const signIn = `<title>Sign in</title><body style="background: blue"><script>
  function signIn() { opener.postMessage("lime", "*"); close(); }
</script>`;

describe.skipIf(isSkipped).each(["playwright", "puppeteer"] as const)("Pop-ups with %s", (driver) => {
  let site: ServedPages;
  let driven: DrivenPage;
  let target: CollectingTarget;
  let capture: PageCapture;

  beforeAll(async () => {
    site = await servePages(
      { "/": opener, "/sign-in": signIn },
      { "Set-Cookie": "id=1; SameSite=Strict; Path=/" },
    );
  });
  afterAll(() => site[Symbol.asyncDispose]());
  beforeEach(async () => {
    target = new CollectingTarget();
    driven = await drive(driver);
    await driven.goto(`${site.url}/`);
    site.requests.length = 0;
  });
  afterEach(async () => {
    await capture.stop();
    await driven[Symbol.asyncDispose]();
  });

  async function start(options: PageCaptureOptions = {}): Promise<void> {
    capture = await PageCapture.start(driven.page, target, { input: true, ...options });
    await expect.poll(() => target.color()).toEqual(red);
  }

  const pages = () => driven.pages() as Promise<Page[]>;
  const popup = async () => (await pages())[1];

  test("shows a sign-in that talks to its opener, and returns to the opener", async () => {
    await start();
    await driven.evaluate(`void open("${site.url}/sign-in", "sign-in", "width=200,height=100")`);
    await expect.poll(() => target.color()).toEqual(blue);
    const shown = { kind: "window", url: `${site.url}/sign-in`, title: "Sign in", isPopup: true };
    await expect.poll(() => target.notices).toContainEqual(shown);
    expect(driven.host.url()).toBe(`${site.url}/`);
    (await popup())?.evaluate("signIn()").catch(() => {});
    await expect.poll(() => target.color()).toEqual(lime);
    await expect.poll(() => target.notices.at(-1)).toMatchObject({ url: `${site.url}/`, isPopup: false });
    expect(site.requests.map(({ url }) => url)).toEqual(["/sign-in"]);
  });

  test("shows a window that is filled by document.write, and a window that this window opens", async () => {
    await start();
    await driven.evaluate(`void open("", "written").document.write("<body style='background: blue'>")`);
    await expect.poll(() => target.color()).toEqual(blue);
    await (await popup())?.evaluate(
      `void open("", "more").document.write("<body style='background: lime'>")`,
    );
    await expect.poll(() => target.color()).toEqual(lime);
    await (await pages())[2]?.close();
    await expect.poll(() => target.color()).toEqual(blue);
    target.input({ kind: "close-window" });
    await expect.poll(() => target.color()).toEqual(red);
    target.input({ kind: "close-window" });
    await expect.poll(pages).toHaveLength(1);
  });

  test("leaves a link to another site to the browser, which sends no SameSite=Strict cookies", async () => {
    const other = site.url.replace("127.0.0.1", "localhost");
    await driven.goto(`${other}/`);
    site.requests.length = 0;
    await start();
    await driven.evaluate(`void open("${site.url}/sign-in")`);
    await expect.poll(() => target.color()).toEqual(blue);
    const [{ headers } = { headers: undefined }, ...more] = site.requests;
    expect(more).toEqual([]);
    expect(headers).toMatchObject({ "sec-fetch-site": "cross-site" });
    expect(headers?.cookie).toBeUndefined();
  });

  test("follows at most 8 pop-ups, and closes further ones", async () => {
    await start();
    const failures: Error[] = [];
    capture.on("failure", (error) => failures.push(error));
    await driven.evaluate(`for (let n = 0; n < 12; n++) open("", "popup" + n)`);
    await expect.poll(() => failures.length, { timeout: 20_000 }).toBe(4);
    await expect.poll(async () => (await pages()).length, { timeout: 20_000 }).toBe(9);
    expect(failures[0]).toMatchObject({ code: "ERR_CAPTURE_TOO_MANY_POPUPS" });
    for (const page of (await pages()).slice(1)) await page.close();
    await expect.poll(() => target.color()).toEqual(red);
  });

  test("leaves pop-ups alone with popups: false", async () => {
    await start({ popups: false });
    await driven.evaluate(`void open("${site.url}/sign-in")`);
    await expect.poll(async () => (await pages()).length).toBe(2);
    await driven.evaluate(`document.body.style.background = "lime"`);
    await expect.poll(() => target.color()).toEqual(lime);
  });

  test("closes a pop-up that crashes, and returns to the opener", async () => {
    await start();
    await driven.evaluate(
      `void open("${site.url.replace("127.0.0.1", "localhost")}/sign-in", "", "noopener")`,
    );
    await expect.poll(() => target.color()).toEqual(blue);
    (await popup())?.goto("chrome://crash").catch(() => {});
    await expect.poll(() => target.color()).toEqual(red);
    expect(target.notices).toContainEqual({ kind: "crash", reloading: false });
    expect(await pages()).toHaveLength(1);
  });
});
