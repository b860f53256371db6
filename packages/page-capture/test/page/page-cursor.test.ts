import type { CursorNotice } from "@broadcast-ipc/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTarget } from "../../src/browser/open-target.ts";
import type { PageTarget } from "../../src/browser/page-target.ts";
import { PageCursor } from "../../src/page/page-cursor.ts";
import { type DrivenPage, drive, drivers } from "../support/drivers.ts";
import { isSkipped } from "../support/find-browser.ts";
import { Site } from "../support/site.ts";

const area = (left: number, top: number) =>
  `position:absolute;left:${left}px;top:${top}px;width:80px;height:30px;margin:0;font:16px monospace`;

const shapes = `<!doctype html><body style="margin:0">
  <a href="#" style="${area(0, 0)}">link</a>
  <p style="${area(100, 0)}">words</p>
  <p style="${area(200, 0)};user-select:none">fixed</p>
  <input style="${area(0, 40)}">
  <button style="${area(100, 40)}">press</button>
  <div style="${area(200, 40)};cursor:col-resize"></div>
  <div style="${area(0, 80)};cursor:url(missing.png) 4 4,grab"></div>
  <textarea style="${area(100, 80)}"></textarea>
  <div contenteditable style="${area(200, 80)}"></div>
  <p style="${area(0, 120)};writing-mode:vertical-rl">up</p>
  <div id="host" style="${area(100, 120)}"><template shadowrootmode="open"><b style="cursor:zoom-in">in</b></template></div>
  <div onmousedown="document.body.style.cursor='wait'" style="${area(200, 120)}"></div>
  <div style="${area(0, 160)};cursor:none"></div>`;

const frames = `<!doctype html><html style="cursor:help"><body style="margin:0">
  <iframe src="/frame" style="${area(0, 0)};border:0"></iframe>
  <iframe src="OTHER/frame" style="${area(100, 0)};border:0"></iframe>`;

const frame = `<!doctype html><html style="cursor:crosshair">`;

describe.skipIf(isSkipped).each(drivers)("PageCursor with %s", (driver) => {
  let site: Site;
  let driven: DrivenPage;
  let target: PageTarget;
  let cursor: PageCursor;
  let notices: CursorNotice[];

  const move = (x: number, y: number, type = "mouseMoved", button = "none") =>
    target.session.send("Input.dispatchMouseEvent", { type, x, y, button, clickCount: 0 });
  const shapeAfterMoves = async (x: number, y: number) => {
    await move(x, y);
    await move(x + 1, y);
    return cursor.current.cursor;
  };
  const newest = () => expect.poll(() => cursor.current.cursor, { interval: 10 });

  beforeAll(async () => {
    site = await Site.open({ "/shapes": shapes, "/frames": frames, "/frame": frame });
    driven = await drive(driver);
    target = await openTarget(driven.page);
  });
  beforeEach(async () => {
    await driven.goto(site.url("/shapes"));
    notices = [];
    cursor = PageCursor.start(target.session, { notify: (notice) => notices.push(notice) });
    await cursor.ready;
  });
  afterEach(() => cursor.close());
  afterAll(async () => {
    await driven[Symbol.asyncDispose]();
    await site[Symbol.asyncDispose]();
  });

  test("reports the shape over an element when it changes", async () => {
    const places: [number, number, string][] = [
      [10, 10, "pointer"],
      [110, 8, "text"],
      [170, 25, "default"],
      [10, 50, "text"],
      [210, 10, "default"],
      [210, 50, "col-resize"],
      [110, 50, "default"],
      [10, 90, "grab"],
      [110, 90, "text"],
      [90, 90, "default"],
      [210, 90, "text"],
      [70, 130, "vertical-text"],
      [110, 130, "zoom-in"],
      [10, 170, "none"],
    ];
    for (const [x, y, shape] of places) {
      await move(x, y);
      await newest().toBe(shape);
    }
    const changes = notices.map((notice) => notice.cursor);
    expect(changes).toEqual(changes.filter((shape, index) => shape !== (changes[index - 1] ?? "default")));
    expect(changes).toEqual(places.map(([, , shape]) => shape));
  });

  test("reports a change of the body's cursor while the pointer rests", async () => {
    await move(210, 130);
    await newest().toBe("default");
    await move(210, 130, "mousePressed", "left");
    await newest().toBe("wait");
    await driven.evaluate("setTimeout(() => document.body.style.cursor = 'progress', 50)");
    await newest().toBe("progress");
    await move(210, 130, "mouseReleased", "left");
  });

  test("reports the shape in iframes of the same site and of another site", async () => {
    await driven.goto(site.url("/frames"));
    await move(200, 200);
    await newest().toBe("help");
    for (const [x, shape] of [
      [10, "crosshair"],
      [90, "help"],
      [110, "crosshair"],
      [190, "help"],
    ] as const) {
      // The session of an iframe of another site begins some time after the iframe has loaded.
      await expect.poll(() => shapeAfterMoves(x, 10), { interval: 50 }).toBe(shape);
    }
  });

  test("resets on navigation, and goes on in the new document", async () => {
    await move(210, 50);
    await newest().toBe("col-resize");
    await driven.goto(`${site.url("/frames")}`);
    await driven.goto("about:blank");
    await newest().toBe("default");
    await driven.evaluate("document.open(), document.write('<body style=cursor:move>'), document.close()");
    await expect.poll(() => shapeAfterMoves(50, 50)).toBe("move");
  });

  test("is gone from the page after close()", async () => {
    await move(10, 10);
    await newest().toBe("pointer");
    cursor.close();
    notices.length = 0;
    await move(210, 50);
    await driven.goto(site.url("/shapes"));
    await move(10, 50);
    await driven.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    expect(notices).toEqual([]);
  });
});
