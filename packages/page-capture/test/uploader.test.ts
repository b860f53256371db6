import { inputMessageType, parsePageNotice } from "@broadcast-ipc/protocol";
import { BroadcastReceiver } from "@broadcast-ipc/receiver";
import { BroadcastUploader, FanOut, socketPath } from "@broadcast-ipc/uploader";
import { describe, expect, test } from "vitest";
import { PageCapture } from "../src/page-capture.ts";
import { drive } from "./support/drivers.ts";
import { isSkipped } from "./support/find-browser.ts";

let sockets = 0;

async function connect(options: { readonly reconnect?: false } = { reconnect: false }) {
  const path = socketPath(`page-capture-${process.pid}-${sockets++}`);
  const accept = () => BroadcastReceiver.accept(path, { decode: false });
  const accepting = accept();
  const uploader = await BroadcastUploader.connect(path, options);
  return { uploader, receiver: await accepting, accept };
}

/** Yields whether the page is captured, as the receiver is told. */
async function* captureStates(receiver: BroadcastReceiver) {
  for await (const { data } of receiver.messages({ types: ["page"] })) {
    const notice = parsePageNotice(data);
    if (notice.kind === "capture") yield notice.state;
  }
}

describe.skipIf(isSkipped)("PageCapture with a BroadcastUploader", () => {
  test("uploads frames, sends notices, and performs the inputs that the option allows", async () => {
    await using driven = await drive("playwright");
    await driven.goto("data:text/html,<title>Captured</title>");
    const { uploader, receiver } = await connect();
    const asked: string[] = [];
    const failures: Error[] = [];
    const capture = await PageCapture.start(driven.page, uploader, {
      input: ({ kind }) => asked.push(kind) < 0,
    });
    capture.on("failure", (error) => failures.push(error));
    const next = await receiver.samples({ type: "image" }).next();
    expect(next.value).toMatchObject({ type: "image", encoding: "jpeg", codedWidth: 320, codedHeight: 240 });
    for await (const { data } of receiver.messages({ types: ["page"] })) {
      const notice = parsePageNotice(data);
      if (notice.kind !== "window") continue;
      expect(notice).toMatchObject({ title: "Captured", isPopup: false });
      break;
    }
    await receiver.send(inputMessageType, { kind: "release", viewer: "1" });
    await receiver.send(inputMessageType, { kind: "scream" });
    await expect.poll(() => failures).toMatchObject([{ code: "ERR_PROTOCOL_INVALID_MESSAGE" }]);
    expect(asked).toEqual(["release"]);
    await uploader.close();
    expect(await capture.ended).toEqual({ reason: "uploader-closed" });
    await receiver.close();
  });
});

describe.skipIf(isSkipped)("The receivers of a PageCapture that has ended", () => {
  test("are told, also those that connect later, until another capture of the uploader runs", async () => {
    await using driven = await drive("playwright");
    const { uploader, receiver, accept } = await connect({});
    const states = captureStates(receiver);
    const capture = await PageCapture.start(driven.page, uploader);
    expect((await states.next()).value).toBe("running");
    await driven.closePage();
    await capture.ended;
    expect((await states.next()).value).toBe("closed");
    await receiver.close();
    await using later = await accept();
    const laterStates = captureStates(later);
    expect((await laterStates.next()).value).toBe("closed");
    await using other = await drive("playwright");
    await using _ = await PageCapture.start(other.page, uploader);
    expect((await laterStates.next()).value).toBe("running");
    await uploader.close();
    expect((await laterStates.next()).done).toBe(true);
  });

  test("are told with their first demand if the page was closed before they were accepted", async () => {
    await using driven = await drive("playwright");
    const path = socketPath(`page-capture-${process.pid}-${sockets++}`);
    await using receivers = await BroadcastReceiver.listen(path, { decode: false });
    await using uploader = await BroadcastUploader.connect(path);
    const capture = await PageCapture.start(driven.page, uploader);
    await driven.closePage();
    await capture.ended;
    expect(uploader.demand).toBeUndefined();
    for await (const receiver of receivers) {
      expect((await captureStates(receiver).next()).value).toBe("closed");
      break;
    }
  });

  test("are told if nobody watches", async () => {
    await using driven = await drive("playwright");
    const { uploader, receiver } = await connect();
    receiver.setDemand({ video: null });
    await expect.poll(() => uploader.demand?.video).toBeNull();
    const states = captureStates(receiver);
    const capture = await PageCapture.start(driven.page, uploader);
    await driven.closePage();
    await capture.ended;
    expect((await states.next()).value).toBe("running");
    expect((await states.next()).value).toBe("closed");
    await uploader.close();
    await receiver.close();
  });

  test("are told before an uploader that is closed right after stop()", async () => {
    await using driven = await drive("playwright");
    const { uploader, receiver } = await connect();
    const states = captureStates(receiver);
    const capture = await PageCapture.start(driven.page, uploader);
    await capture.stop();
    await uploader.close();
    expect((await states.next()).value).toBe("running");
    expect((await states.next()).value).toBe("stopped");
    expect((await states.next()).done).toBe(true);
    await receiver.close();
  });

  test("do not delay stop() for long if they read no messages", async () => {
    await using driven = await drive("playwright");
    const { uploader, receiver } = await connect();
    const capture = await PageCapture.start(driven.page, uploader);
    // Uses up the credit of the receiver.
    for (let sent = 0; sent < 300; sent++) uploader.send("count", sent).catch(() => {});
    await capture.stop();
    const states = captureStates(receiver);
    for await (const { data } of receiver.messages({ types: ["count"] })) if (data === 299) break;
    expect((await states.next()).value).toBe("running");
    expect((await states.next()).value).toBe("stopped");
    await uploader.close();
    await receiver.close();
  });
});

describe.skipIf(isSkipped)("PageCapture with a FanOut", () => {
  test("tells all receivers that the page is captured and that it was closed", async () => {
    await using driven = await drive("playwright");
    const [viewer, recorder] = [await connect(), await connect()];
    await using fanOut = new FanOut({ viewer: viewer.uploader, recorder: recorder.uploader });
    await using capture = await PageCapture.start(driven.page, fanOut);
    await driven.closePage();
    await capture.ended;
    for (const { receiver } of [viewer, recorder]) {
      const states = captureStates(receiver);
      expect((await states.next()).value).toBe("running");
      expect((await states.next()).value).toBe("closed");
    }
  });

  test("captures what the receivers want together, and nothing when none wants video", async () => {
    await using driven = await drive("playwright");
    const [viewer, recorder] = [await connect(), await connect()];
    await using fanOut = new FanOut({ viewer: viewer.uploader, recorder: recorder.uploader });
    viewer.receiver.setDemand({ video: { maxWidth: 100 }, audio: null });
    await using capture = await PageCapture.start(driven.page, fanOut);
    const frames = recorder.receiver.samples({ type: "image" });
    expect((await frames.next()).value).toMatchObject({ codedWidth: 320 });
    recorder.receiver.setDemand({ video: null, audio: null });
    const small = viewer.receiver.samples({ type: "image" });
    expect((await small.next()).value).toMatchObject({ codedWidth: 100 });
    viewer.receiver.setDemand({ video: null, audio: null });
    await expect.poll(() => fanOut.demand?.video).toBeNull();
    const { captured } = capture.stats();
    await driven.evaluate("void (document.body.style.background = 'red')");
    viewer.receiver.setDemand({ video: {}, audio: null });
    await expect.poll(() => capture.stats().captured).toBeGreaterThan(captured);
  });
});
