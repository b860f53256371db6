import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { FanOut } from "../src/index.ts";
import { connected } from "./fixtures/hand-receiver.ts";
import { audioSample, imageSample } from "./fixtures/samples.ts";

/** Repeats the call until a timer has fired, and returns the last result. Fails if no timer fires within 5 s. */
async function untilTimerRuns<T>(call: () => Promise<T>): Promise<T> {
  let hasRun = false;
  setTimeout(() => {
    hasRun = true;
  }, 1);
  const start = performance.now();
  let result = await call();
  while (!hasRun && performance.now() - start < 5000) result = await call();
  expect(hasRun).toBe(true);
  return result;
}

describe("BroadcastUploader in a loop that awaits each call", () => {
  it("lets timers run while video and audio are unwanted", async () => {
    const { uploader, peer } = await connected();
    peer.demand(null);
    await once(uploader, "demand");
    expect(await untilTimerRuns(() => uploader.upload(imageSample(1)))).toBe("unwanted");
    expect(await untilTimerRuns(() => uploader.upload(audioSample(1)))).toBe("unwanted");
  });

  it("lets timers run while audio is uploaded before the first demand", async () => {
    const { uploader } = await connected();
    expect(await untilTimerRuns(() => uploader.upload(audioSample(1)))).toBe("unwanted");
  });

  it("lets timers run while video and audio are sent", async () => {
    const { uploader, peer } = await connected();
    peer.demand({}, {});
    peer.credit(Number.MAX_SAFE_INTEGER);
    const reading = peer.end();
    await once(uploader, "demand");
    expect(await untilTimerRuns(() => uploader.upload(imageSample(1)))).toBe("sent");
    expect(await untilTimerRuns(() => uploader.upload(audioSample(1)))).toBe("sent");
    await uploader.close();
    await reading;
  });

  it("lets timers run while each frame is replaced by the next one", async () => {
    const { uploader } = await connected();
    let before = uploader.upload(imageSample(1));
    const outcome = await untilTimerRuns(() => {
      const replaced = before;
      before = uploader.upload(imageSample(2));
      return replaced;
    });
    expect(outcome).toBe("replaced");
  });

  it.each<[string, unknown]>([
    ["malformed images", { ...imageSample(1), timestamp: 0.5 }],
    ["malformed audio samples", { ...audioSample(1), numberOfFrames: 0 }],
    ["values that are not samples", null],
  ])("lets timers run while %s fail", async (_, sample) => {
    const { uploader } = await connected();
    expect(await untilTimerRuns(() => uploader.upload(sample as never))).toBe("failed");
  });

  it("lets timers run after close()", async () => {
    const { uploader } = await connected();
    await uploader.close();
    for (const sample of [imageSample(1), audioSample(1)]) {
      expect(await untilTimerRuns(() => uploader.upload(sample))).toBe("closed");
    }
    const code = () => uploader.send("a").catch((error) => error.code);
    expect(await untilTimerRuns(code)).toBe("ERR_IPC_CLOSED");
    expect(await untilTimerRuns(() => uploader.wanted().catch((error) => error.code))).toBe("ERR_IPC_CLOSED");
  });

  it("lets timers run while messages are sent and while send() rejects", async () => {
    const { uploader, peer } = await connected();
    peer.channel.send({ type: "message-credit", messages: 1e9, bytes: 1e12 });
    const reading = peer.end();
    await untilTimerRuns(() => uploader.send("a"));
    await untilTimerRuns(() => uploader.send(5 as never).catch(() => {}));
    await untilTimerRuns(() => uploader.send("bad", 2n ** 70n).catch(() => {}));
    await uploader.close();
    await reading;
  });

  it("lets timers run while wanted() resolves at once", async () => {
    const { uploader, peer } = await connected();
    peer.demand({});
    await untilTimerRuns(() => uploader.wanted());
  });
});

describe("FanOut in a loop that awaits each call", () => {
  it("lets timers run, whether samples and messages are sent or not", async () => {
    const [viewer, recorder] = await Promise.all([connected(), connected()]);
    const fanOut = new FanOut({ viewer: viewer.uploader, recorder: recorder.uploader });
    viewer.peer.demand({});
    viewer.peer.credit(Number.MAX_SAFE_INTEGER);
    viewer.peer.channel.send({ type: "message-credit", messages: 1e9, bytes: 1e9 });
    const reading = Promise.all([viewer.peer.end(), recorder.peer.end()]);
    await once(fanOut, "demand");
    const upload = () => fanOut.upload(imageSample(1));
    const send = () => fanOut.send("n").catch((error) => error.code);
    expect(await untilTimerRuns(upload)).toMatchObject({ viewer: "sent" });
    expect(await untilTimerRuns(send)).toBeUndefined();
    await fanOut.close();
    await reading;
    expect(await untilTimerRuns(upload)).toEqual({ viewer: "closed", recorder: "closed" });
    expect(await untilTimerRuns(send)).toBe("ERR_IPC_CLOSED");
  });
});
