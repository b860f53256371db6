import type {
  DialogNotice,
  InputMessage,
  PageNotice,
  PickerNotice,
  WindowNotice,
} from "@broadcast-ipc/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PageCapture } from "../../src/page-capture.ts";
import type { PageCaptureOptions } from "../../src/page-capture-options.ts";
import { CollectingTarget } from "../support/collecting-target.ts";
import { type DrivenPage, drive, drivers } from "../support/drivers.ts";
import { isSkipped } from "../support/find-browser.ts";

const page = `data:text/html,${encodeURIComponent(`<body style="margin: 0; background: red">
  <button style="position: absolute; left: 0; top: 0; width: 160px; height: 120px; cursor: pointer">Press</button>
  <select style="position: absolute; left: 160px; top: 0; width: 160px; height: 120px"><option>one<option>two</select>
  <script>
    let clicks = 0;
    const held = new Set();
    document.querySelector("button").onclick = () => clicks++;
    onkeydown = ({ code }) => held.add(code);
    onkeyup = ({ code }) => held.delete(code);
  </script>`)}`;

const pointer = (event: "move" | "down" | "up", x: number, y: number): InputMessage => ({
  kind: "pointer",
  event,
  x,
  y,
  button: event === "move" ? "none" : "left",
  clickCount: event === "move" ? 0 : 1,
});

describe.skipIf(isSkipped).each(drivers)("The viewers of a PageCapture with %s", (driver) => {
  let driven: DrivenPage;
  let target: CollectingTarget;
  let capture: PageCapture;

  beforeEach(async () => {
    target = new CollectingTarget();
    driven = await drive(driver);
    await driven.goto(page);
  });
  afterEach(async () => {
    await capture.stop();
    await driven[Symbol.asyncDispose]();
  });

  async function start(options: PageCaptureOptions = {}): Promise<void> {
    capture = await PageCapture.start(driven.page, target, { input: true, ...options });
    await expect.poll(() => target.last).toBeDefined();
  }

  function click(x: number, y: number): void {
    for (const event of ["move", "down", "up"] as const) target.input(pointer(event, x, y));
  }

  const clicks = () => driven.evaluate<number>("clicks");
  const told = <N extends PageNotice>(kind: N["kind"]) =>
    target.notices.filter((notice): notice is N => notice.kind === kind);

  test("click at the same place of the page at every size of the frames", async () => {
    target.want({ maxWidth: 100 });
    await start();
    click(0.25, 0.25);
    await expect.poll(clicks).toBe(1);
    await driven.resize(500, 400);
    await expect.poll(() => target.last?.codedHeight).toBe(80);
    click(0.3, 0.29);
    await expect.poll(clicks).toBe(2);
  });

  test("only perform the inputs that the option allows", async () => {
    await start({ input: ({ viewer }) => viewer === "owner" });
    click(0.25, 0.25);
    for (const event of ["move", "down", "up"] as const)
      target.input({ ...pointer(event, 0.25, 0.25), viewer: "owner" });
    await expect.poll(clicks).toBe(1);
  });

  test("release what they hold when the receiver is lost, and when the capture stops", async () => {
    await start();
    const hold = () => target.input({ kind: "key", event: "down", key: "a", code: "KeyA" });
    const held = () => driven.evaluate("[...held]");
    hold();
    await expect.poll(held).toEqual(["KeyA"]);
    target.emit("disconnect");
    await expect.poll(held).toEqual([]);
    hold();
    await expect.poll(held).toEqual(["KeyA"]);
    await capture.stop();
    await expect.poll(held).toEqual([]);
  });

  test.skipIf(driver === "session")("use the pop-up that is shown, and then the opener again", async () => {
    await start();
    const content = "<body style='background: blue' onclick='window.close()'>";
    await driven.evaluate(`void open("", "popup").document.write(${JSON.stringify(content)})`);
    await expect.poll(() => target.color()).toEqual([0, 0, 254]);
    click(0.25, 0.25);
    await expect.poll(async () => (await driven.pages()).length).toBe(1);
    // The capture may learn later than the driver that the pop-up is closed. Viewers are told when it shows the opener.
    await expect
      .poll(() => told<WindowNotice>("window").map(({ isPopup }) => isPopup))
      .toEqual([false, true, false]);
    click(0.25, 0.25);
    await expect.poll(clicks).toBe(1);
  });

  test("are told of a dialog, and answer it", async () => {
    await start();
    const answer = driven.evaluate("prompt('Name?', 'nobody')");
    await expect.poll(() => told<DialogNotice>("dialog")).toHaveLength(1);
    const [dialog] = told<DialogNotice>("dialog");
    expect(dialog).toMatchObject({
      type: "prompt",
      message: "Name?",
      defaultValue: "nobody",
      timeout: 10_000,
    });
    target.notices.length = 0;
    target.emit("connect");
    await expect.poll(() => target.notices).toContainEqual(expect.objectContaining({ id: dialog?.id }));
    target.input({ kind: "dialog", id: dialog?.id, accept: true, text: "Ada" });
    expect(await answer).toBe("Ada");
    await expect.poll(() => target.notices).toContainEqual({ kind: "closed", id: dialog?.id });
  });

  test("are told that a dialog is closed when the capture stops", async () => {
    await start();
    const answer = driven.evaluate("confirm('Sure?')");
    await expect.poll(() => told<DialogNotice>("dialog")).toHaveLength(1);
    const [dialog] = told<DialogNotice>("dialog");
    await capture.stop();
    expect(target.notices.slice(-2)).toEqual([
      { kind: "closed", id: dialog?.id },
      { kind: "capture", state: "stopped" },
    ]);
    expect(await answer).toBe(false);
  });

  test("leave a dialog that they do not answer to the time-out", async () => {
    await start({ dialogs: { timeout: 50, accept: true } });
    expect(await driven.evaluate("confirm('Sure?')")).toBe(true);
  });

  test("see the cursor, and choose an option of a select", async () => {
    await start();
    target.input(pointer("move", 0.25, 0.25));
    await expect.poll(() => told("cursor").at(-1)).toEqual({ kind: "cursor", cursor: "pointer" });
    click(0.75, 0.25);
    await expect.poll(() => told("picker")).toHaveLength(1);
    const [picker] = told<PickerNotice>("picker");
    target.input({ kind: "picker", id: picker?.id, values: ["two"] });
    await expect.poll(() => driven.evaluate("document.querySelector('select').value")).toBe("two");
  });
});
