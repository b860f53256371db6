import { once } from "node:events";
import { describe, expect, it, onTestFinished } from "vitest";
import { FanOut, type FanOutOutcomes } from "../src/index.ts";
import { accept, fannedOut, type Target, target } from "./fixtures/fan-out.ts";
import { allocatedImage, audioSample, imageSample, largeHeight } from "./fixtures/samples.ts";

/** Sends a demand with credit for 1,000 frames. Resolves when the uploader has got the demand. */
async function demands(
  { uploader, peer }: Target,
  video: object | null = {},
  audio: object | null = null,
): Promise<void> {
  const demand = once(uploader, "demand");
  peer.demand(video, audio);
  peer.credit(1000);
  await demand;
}

const turn = () => new Promise(setImmediate);

describe("FanOut.upload()", () => {
  it("sends a sample to all targets, and disposes it once, after a newer one was sent to all", async () => {
    const { fanOut, viewer, recorder } = await fannedOut();
    await Promise.all([demands(viewer), demands(recorder)]);
    const first = imageSample(1);
    const outcomes = await fanOut.upload(first);
    expect(Object.keys(outcomes)).toEqual(["viewer", "recorder"]);
    expect(Object.values(outcomes)).toContain("sent");
    for (const { peer } of [viewer, recorder]) {
      const { header, payload } = await peer.next();
      expect([header.metadata.timestamp, payload]).toEqual([1, first.data]);
    }
    expect(first.disposals).toBe(0);
    fanOut.upload(imageSample(2));
    await Promise.all([viewer.peer.frames(1), recorder.peer.frames(1), first.disposed]);
    await fanOut.close();
    expect(first.disposals).toBe(1);
  });

  it("frees memory of allocate() after all targets have released the sample", async () => {
    const { fanOut, viewer, recorder } = await fannedOut();
    await Promise.all([demands(viewer), demands(recorder, { delivery: "all" })]);
    const { data: pixels } = imageSample(1, { codedHeight: 64 });
    const sample = allocatedImage(viewer.uploader, 1, 64);
    const { data } = sample;
    await fanOut.upload(sample);
    expect((await viewer.peer.next()).payload).toEqual(pixels);
    // The viewer replaces the frame. The recorder has not consumed it yet.
    await fanOut.upload(imageSample(2));
    await viewer.peer.frames(1);
    expect(data.length).toBe(pixels.length);
    expect((await recorder.peer.next()).payload).toEqual(pixels);
    await fanOut.close();
    expect(data).toHaveLength(0);
  });

  it("applies the demand of each target to its samples", async () => {
    const { fanOut, viewer, recorder } = await fannedOut();
    await Promise.all([demands(viewer, null, {}), demands(recorder)]);
    await fanOut.upload(imageSample(1));
    await fanOut.upload(audioSample(2));
    expect((await viewer.peer.next()).header).toMatchObject({ type: "audio" });
    expect(await recorder.peer.frames(1)).toEqual([[1, 1]]);
  });

  it('resolves when the first target has sent the sample, with "pending" for the others', async () => {
    const { fanOut, viewer, recorder } = await fannedOut();
    await Promise.all([demands(viewer), demands(recorder, { delivery: "all" })]);
    const outcomes: FanOutOutcomes[] = [];
    const seen: number[] = [];
    // The recorder consumes no frame.
    for (let timestamp = 1; timestamp <= 20; timestamp++) {
      outcomes.push(await fanOut.upload(imageSample(timestamp)));
      seen.push(...(await viewer.peer.frames(1)).map(([, shown]) => shown));
    }
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome)))).toEqual(
      new Set(['{"viewer":"sent","recorder":"pending"}']),
    );
    const all = Array.from({ length: 20 }, (_, index) => index + 1);
    expect(seen).toEqual(all);
    expect((await recorder.peer.frames(20)).map(([, timestamp]) => timestamp)).toEqual(all);
  });

  it("resolves with all outcomes if no target has sent the sample", async () => {
    const { fanOut, viewer, recorder } = await fannedOut();
    await Promise.all([demands(viewer, null), demands(recorder)]);
    await recorder.uploader.close();
    expect(await fanOut.upload(imageSample(1))).toEqual({ viewer: "unwanted", recorder: "closed" });
  });

  it("delays neither the other target nor a loop of awaited uploads if one target stalls", async () => {
    const { fanOut, viewer, recorder } = await fannedOut();
    await Promise.all([demands(viewer), demands(recorder)]);
    // The viewer reads nothing, so the frames that do not fit its socket wait or are replaced.
    const samples = Array.from({ length: 10 }, (_, index) =>
      imageSample(index, { codedHeight: largeHeight }),
    );
    const recorded: number[] = [];
    for (const sample of samples) {
      const [, [frame]] = await Promise.all([fanOut.upload(sample), recorder.peer.frames(1)]);
      recorded.push(frame?.[1] ?? -1);
    }
    expect(recorded).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(viewer.uploader.stats().video.replaced).toBeGreaterThan(5);
    await fanOut.close();
    expect(samples.map(({ disposals }) => disposals)).toEqual(Array(10).fill(1));
  });

  it("continues with the other target if the connection of one is lost", async () => {
    const { fanOut, viewer, recorder } = await fannedOut();
    await Promise.all([demands(viewer), demands(recorder)]);
    const disconnect = once(fanOut, "disconnect");
    await recorder.peer.channel.close();
    expect(await disconnect).toEqual([{ by: "peer", code: "closed" }, "recorder"]);
    expect(await fanOut.upload(imageSample(1))).toMatchObject({ viewer: "sent" });
    expect(await viewer.peer.frames(1)).toEqual([[1, 1]]);
    expect(fanOut.isClosed).toBe(false);
  });
});

describe("FanOut and the dispose function of a sample", () => {
  it.each([
    ["a failed sample", { codedWidth: -1 }],
    ["a sample that only one target can send", { codedHeight: largeHeight }],
  ])("calls it once for %s", async (_, fields) => {
    const { fanOut, viewer, recorder, failures } = await fannedOut();
    await Promise.all([demands(viewer), demands(recorder)]);
    recorder.uploader.close();
    const sample = { ...imageSample(1, { codedHeight: largeHeight }), ...fields };
    fanOut.upload(sample);
    await viewer.uploader.close();
    await fanOut.closed;
    await sample.disposed;
    expect(sample.disposals).toBe(1);
    const isInvalid = "codedWidth" in fields;
    const codes = failures.map(([{ code }]) => code);
    expect(codes).toEqual(isInvalid ? expect.arrayContaining(["ERR_IMAGE_INVALID_SAMPLE"]) : []);
  });

  it("calls it once for each of many samples, with lost connections, changed demands and audio", async () => {
    const { fanOut, viewer, recorder } = await fannedOut();
    const third = await target();
    await demands(viewer);
    const samples = [];
    for (let index = 0; index < 200; index++) {
      const sample = index % 5 === 4 ? audioSample(index) : imageSample(index);
      samples.push(sample);
      fanOut.upload(sample);
      if (index % 20 === 0) await turn();
      if (index === 20) recorder.peer.demand({ delivery: "all" }, {});
      if (index === 30) recorder.peer.credit(50, 10);
      if (index === 60) fanOut.add("third", third.uploader);
      if (index === 80) viewer.peer.demand(null, {});
      if (index === 100) recorder.peer.channel.close();
      if (index === 120) await demands(third);
      if (index === 140) viewer.peer.demand({});
      if (index === 160) third.uploader.close();
    }
    await fanOut.close();
    const late = imageSample(200);
    expect(await fanOut.upload(late)).toEqual({ viewer: "closed", recorder: "closed", third: "closed" });
    expect([...samples, late].map(({ disposals }) => disposals)).toEqual(Array(201).fill(1));
  });

  it("emits a failure without a target if it throws, and continues", async () => {
    const { fanOut, viewer, failures } = await fannedOut();
    await demands(viewer);
    const broken = {
      ...imageSample(1),
      [Symbol.dispose]() {
        throw new Error("cannot be disposed");
      },
    };
    await fanOut.upload(broken);
    await viewer.peer.frames(1);
    expect(await fanOut.upload(imageSample(2))).toMatchObject({ viewer: "sent" });
    expect(await viewer.peer.frames(1)).toEqual([[2, 2]]);
    await fanOut.close();
    await turn();
    expect(failures).toEqual([[expect.objectContaining({ message: "cannot be disposed" }), undefined]]);
  });

  it("calls it as a method of the sample, also if the sample is frozen or an instance of a class", async () => {
    const { fanOut, viewer } = await fannedOut();
    await demands(viewer);
    class Capture {
      readonly type = "image";
      readonly format = "RGB";
      readonly codedWidth = 2;
      readonly codedHeight = 1;
      readonly timestamp = 1;
      readonly #data = Uint8Array.of(1, 2, 3, 4, 5, 6);
      #disposals = 0;
      get data(): Uint8Array {
        return this.#data;
      }
      get disposals(): number {
        return this.#disposals;
      }
      [Symbol.dispose](): void {
        this.#disposals++;
      }
    }
    const sample = Object.freeze(new Capture());
    await fanOut.upload(sample);
    expect((await viewer.peer.next()).payload).toEqual(sample.data);
    await fanOut.close();
    expect(sample.disposals).toBe(1);
  });
});

describe("FanOut.demand", () => {
  it("is what all targets want together, and is emitted only when it changes", async () => {
    const { fanOut, viewer, recorder } = await fannedOut();
    const emitted: unknown[] = [];
    fanOut.on("demand", (demand) => emitted.push(demand));
    expect(fanOut.demand).toBeUndefined();
    const wanted = fanOut.wanted({ type: "audio" });

    await demands(viewer, { maxFps: 30, encodings: ["jpeg", "webp"] });
    await demands(recorder, { maxFps: 60, encodings: ["webp"] }, {});
    const together = { video: { maxFps: 60, encodings: ["webp"] }, audio: {} };
    expect(fanOut.demand).toEqual(together);
    expect(await wanted).toEqual(together);
    await demands(viewer, { maxFps: 20 });
    await turn();

    const disconnect = once(fanOut, "disconnect");
    await recorder.peer.channel.close();
    await disconnect;
    await turn();
    expect(fanOut.demand).toEqual({ video: { maxFps: 20 }, audio: null });
    await fanOut.close();
    await turn();
    expect(fanOut.demand).toBeUndefined();
    expect(emitted).toEqual([
      { video: { maxFps: 30, encodings: ["jpeg", "webp"] }, audio: null },
      together,
      { video: { maxFps: 20 }, audio: null },
      { video: null, audio: null },
    ]);
    await expect(fanOut.wanted()).rejects.toMatchObject({ code: "ERR_IPC_CLOSED" });
  });

  it("contains the demands that targets sent before they were added", async () => {
    const [viewer, recorder] = await Promise.all([target(), target()]);
    await Promise.all([demands(viewer, null), demands(recorder, null, {})]);
    const fanOut = new FanOut({ viewer: viewer.uploader });
    onTestFinished(() => fanOut.close());
    expect(fanOut.demand).toEqual({ video: null, audio: null });
    const demand = once(fanOut, "demand");
    fanOut.add("recorder", recorder.uploader);
    expect(await demand).toEqual([{ video: null, audio: null }]);
    expect(await fanOut.wanted()).toEqual({ video: null, audio: {} });
  });
});

describe("FanOut.add()", () => {
  it("sends the newest video frame to the new target", async () => {
    const { fanOut, viewer } = await fannedOut();
    await demands(viewer);
    await fanOut.upload(imageSample(1));
    const invalid = { ...imageSample(2), codedWidth: -1 };
    expect(await fanOut.upload(invalid)).toMatchObject({ viewer: "failed" });
    const late = await target();
    fanOut.add("late", late.uploader);
    await demands(late);
    expect(await late.peer.frames(1)).toEqual([[1, 1]]);
    await fanOut.upload(imageSample(3));
    expect(await late.peer.frames(1)).toEqual([[2, 3]]);
  });

  it("forgets the targets that have ended", async () => {
    const { fanOut, viewer, recorder } = await fannedOut();
    const [first, second] = await Promise.all([target(), target()]);
    await recorder.uploader.close();
    fanOut.add("first", first.uploader);
    await first.uploader.close();
    fanOut.add("second", second.uploader);
    await demands(viewer);
    expect(Object.keys(await fanOut.upload(imageSample(1)))).toEqual(["viewer", "second"]);
  });

  it("accepts the name of a target that has ended, and rejects that of an open one with a RangeError", async () => {
    const { fanOut, viewer, recorder } = await fannedOut();
    const again = await target();
    expect(() => fanOut.add("recorder", again.uploader)).toThrow(RangeError);
    await recorder.uploader.close();
    fanOut.add("recorder", again.uploader);
    await Promise.all([demands(viewer), demands(again)]);
    await fanOut.upload(imageSample(1));
    expect(await again.peer.frames(1)).toEqual([[1, 1]]);
  });

  it("throws ERR_IPC_CLOSED after the fan-out has ended", async () => {
    const { fanOut, viewer, recorder } = await fannedOut();
    await Promise.all([viewer.uploader.close(), recorder.uploader.close(), fanOut.closed]);
    const { uploader } = await target();
    expect(() => fanOut.add("late", uploader)).toThrow(expect.objectContaining({ code: "ERR_IPC_CLOSED" }));
  });
});

describe("FanOut.closed", () => {
  it("resolves when the last target has ended, with its reason", async () => {
    const { fanOut, viewer, recorder } = await fannedOut();
    let hasEnded = false;
    fanOut.closed.then(() => {
      hasEnded = true;
    });
    await viewer.uploader.close();
    await turn();
    expect([hasEnded, fanOut.isClosed]).toEqual([false, false]);
    await recorder.peer.channel.close();
    expect(await fanOut.closed).toEqual({ by: "peer", code: "closed" });
    expect(fanOut.isClosed).toBe(true);
    await fanOut.close();
  });

  it("resolves after every target has delivered its frames, if close() was called", async () => {
    const viewer = await target();
    const recorder = await target({ closeTimeout: 60_000 });
    const fanOut = new FanOut({ viewer: viewer.uploader, recorder: recorder.uploader });
    await Promise.all([demands(viewer), demands(recorder, { delivery: "all" })]);
    await fanOut.upload(imageSample(1));
    await recorder.peer.frames(1);
    let hasEnded = false;
    const closing = fanOut.close().then(() => {
      hasEnded = true;
    });
    expect(fanOut.close()).toBe(fanOut.close());
    expect(fanOut.isClosed).toBe(true);
    await viewer.uploader.closed;
    await turn();
    expect(hasEnded).toBe(false);
    recorder.peer.credit(1000, 1);
    await closing;
    expect(await fanOut.closed).toEqual({ by: "us", code: "closed" });
  });
});

describe("FanOut", () => {
  it("throws a RangeError without targets", () => {
    expect(() => new FanOut({})).toThrow(RangeError);
  });

  it("throws a TypeError that names a target which is no uploader", async () => {
    const connecting = Promise.resolve();
    expect(() => new FanOut({ viewer: connecting as never })).toThrow(
      new TypeError('target "viewer" must be a BroadcastUploader, got a Promise, which must be awaited'),
    );
    expect(() => new FanOut({ viewer: undefined as never })).toThrow(TypeError);
  });

  it("emits the connections and failures of its targets with their names", async () => {
    const { fanOut, failures } = await fannedOut();
    const late = await target({ reconnect: {} });
    fanOut.add("late", late.uploader);
    const events = [once(fanOut, "disconnect"), once(fanOut, "connect")];
    await late.peer.channel.close();
    const peer = await accept(late.path);
    expect(await Promise.all(events)).toEqual([[{ by: "peer", code: "closed" }, "late"], ["late"]]);
    peer.channel.send({ type: "credit", through: "all" });
    await once(fanOut, "failure");
    expect(failures).toMatchObject([[{ code: "ERR_PROTOCOL_INVALID_MESSAGE" }, "late"]]);
  });

  it("emits one process warning for failures of a target without a listener", async () => {
    const [viewer, recorder] = await Promise.all([target(), target()]);
    const fanOut = new FanOut({ viewer: viewer.uploader, recorder: recorder.uploader });
    onTestFinished(() => fanOut.close());
    const heard: Error[] = [];
    viewer.uploader.on("failure", (error) => heard.push(error));
    const warnings: Error[] = [];
    const warn = (warning: Error) => warnings.push(warning);
    process.on("warning", warn);
    onTestFinished(() => void process.off("warning", warn));
    for (const { peer } of [viewer, recorder, recorder])
      peer.channel.send({ type: "credit", through: "all" });
    while (heard.length === 0 || warnings.length === 0) await turn();
    await turn();
    expect(warnings).toMatchObject([{ name: "BroadcastIPCWarning", code: "ERR_PROTOCOL_INVALID_MESSAGE" }]);
    expect(warnings[0]?.message).toContain('"recorder"');
  });
});
