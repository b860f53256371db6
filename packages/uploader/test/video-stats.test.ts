import assert from "node:assert/strict";
import { BroadcastImageCodec } from "@broadcast-ipc/image-codec";
import type { VideoDemand } from "@broadcast-ipc/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { VideoSender } from "../src/video-sender.ts";
import { imageSample } from "./fixtures/samples.ts";

type Action = "offer" | "refuse" | "connect" | "disconnect" | "refresh" | "consume" | "turn" | "drain";

type Step =
  | { readonly do: Action }
  | { readonly do: "demand"; readonly video: VideoDemand | null }
  | { readonly do: "encode" | "send"; readonly succeeds: boolean };

const does = (...names: Action[]) => fc.constantFrom(...names).map((name): Step => ({ do: name }));

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: does("offer", "consume", "turn") },
    { weight: 2, arbitrary: does("refuse", "connect", "disconnect", "refresh") },
    {
      weight: 2,
      arbitrary: fc
        .constantFrom<VideoDemand | null>(null, {}, { maxWidth: 10 }, { delivery: "all" })
        .map((video): Step => ({ do: "demand", video })),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constantFrom("encode" as const, "send" as const),
        succeeds: fc.boolean(),
      }),
    },
  ),
  { minLength: 20, maxLength: 120, size: "max" },
);

/** A VideoSender whose codec and connections are controlled by the test. Counts the frames that arrive and are consumed. */
class SenderModel {
  received = 0;
  encodes = true;
  sends = true;
  #arrivedHere = 0;
  #consumedHere = 0;
  #consumed = 0;
  readonly #codec = new BroadcastImageCodec();
  readonly sender: VideoSender;

  constructor() {
    const { encode } = this.#codec;
    this.#codec.encode = async (sample, options) => {
      if (!this.encodes) throw new Error("not encoded");
      const { maxWidth: _, ...rest } = options ?? {};
      return encode.call(this.#codec, sample, rest);
    };
    this.sender = new VideoSender({
      codec: this.#codec,
      audio: { sending: 0, flush: () => {} },
      release: () => {},
      onFailure: () => {},
    });
  }

  connect(): void {
    this.#arrivedHere = 0;
    this.#consumedHere = 0;
    let isOver = false;
    this.disconnect();
    this.#cut = () => {
      isOver = true;
    };
    const send = async () => {
      if (isOver) return "closed";
      if (!this.sends) return "failed";
      this.received++;
      this.#arrivedHere++;
      // The write completes in a later microtask.
      await undefined;
      return isOver ? "closed" : "sent";
    };
    this.sender.connect({ send });
  }

  #cut = () => {};

  disconnect(): void {
    this.#cut();
    this.sender.pump.disconnect();
  }

  consume(): void {
    if (this.#consumedHere < this.#arrivedHere) {
      this.#consumedHere++;
      this.#consumed++;
    }
    this.sender.pump.acknowledge(this.#consumedHere + 2, this.#consumedHere);
  }

  check(): void {
    const { captured, pending, sent, replaced, unwanted, failed, closed, ...rest } = this.sender.counts;
    const { encoded, repeated, consumed } = rest;
    assert.equal(captured, pending + sent + replaced + unwanted + failed + closed);
    assert.ok(sent + repeated <= encoded, `${sent} sent and ${repeated} repeated of ${encoded} encoded`);
    assert.ok(encoded <= captured + repeated, `${encoded} encoded of ${captured} captured`);
    assert.ok(this.received <= encoded, `${this.received} received of ${encoded} encoded`);
    assert.ok(consumed <= this.#consumed, `${consumed} consumed of ${this.#consumed}`);
    for (const count of Object.values(this.sender.counts))
      if (typeof count === "number") assert.ok(count >= 0);
  }
}

async function run(model: SenderModel, step: Step): Promise<void> {
  const { sender } = model;
  switch (step.do) {
    case "offer":
      return sender.offer(imageSample(1), () => {});
    case "refuse":
      return sender.offer({ ...imageSample(1), timestamp: 0.5 }, () => {});
    case "connect":
      return model.connect();
    case "disconnect":
      return model.disconnect();
    case "refresh":
      return sender.pump.refresh();
    case "consume":
      return model.consume();
    case "demand":
      return sender.setDemand(step.video);
    case "encode":
      model.encodes = step.succeeds;
      return;
    case "send":
      model.sends = step.succeeds;
      return;
    case "drain":
      sender.pump.drain();
      return;
    case "turn":
      for (let turn = 0; turn < 20; turn++) {
        await undefined;
        model.check();
      }
  }
}

test("VideoSender.counts: captured equals pending plus all outcomes after any sequence of steps, across reconnects", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const model = new SenderModel();
      model.connect();
      for (const step of steps) {
        await run(model, step);
        model.check();
      }
      for (const last of ["drain", "turn"] as const) await run(model, { do: last });
      model.disconnect();
      model.sender.pump.close();
      await run(model, { do: "turn" });
      model.check();
      expect(model.sender.counts.pending).toBe(0);
    }),
    { numRuns: 300 },
  );
});

test("VideoSender.counts.encoded excludes frames that the codec failed to encode", async () => {
  const model = new SenderModel();
  model.connect();
  model.sender.setDemand({});
  model.sender.pump.acknowledge(5, 0);
  model.encodes = false;
  await new Promise((settle) => model.sender.offer(imageSample(1), settle));
  expect(model.sender.counts).toMatchObject({ captured: 1, failed: 1, encoded: 0, repeated: 0 });
  model.encodes = true;
  await new Promise((settle) => model.sender.offer(imageSample(2), settle));
  expect(model.sender.counts).toMatchObject({ captured: 2, sent: 1, failed: 1, encoded: 1, repeated: 0 });
});
