import { describe, expect, it } from "vitest";
import { type ScheduledFrame, type UploadOutcome, type VideoDemand, VideoPump } from "../../src/index.ts";
import { FakeScheduler } from "./fake-scheduler.ts";

type SendOutcome = "sent" | "failed" | "closed";

/** A pump of named frames. `finish` settles the send in flight. */
function openPump() {
  const scheduler = new FakeScheduler();
  const sent: ScheduledFrame<string>[] = [];
  const released: string[] = [];
  const outcomes: Record<string, UploadOutcome> = {};
  let settle: (outcome: SendOutcome) => void = () => {};
  const pump = new VideoPump<string>({
    scheduler,
    release: (sample) => released.push(sample),
    send: (frame) => {
      sent.push(frame);
      return new Promise((resolve) => {
        settle = resolve;
      });
    },
  });
  const offer = (sample: string) =>
    pump.offer(sample, (outcome) => {
      outcomes[sample] = outcome;
    });
  const finish = async (outcome: SendOutcome = "sent") => {
    settle(outcome);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { pump, scheduler, sent, released, outcomes, offer, finish };
}

/** A pump with a connection, a demand, and credit for frames up to `through`. */
function wantedPump(through: number, demand: VideoDemand = {}) {
  const opened = openPump();
  opened.pump.connect();
  opened.pump.setDemand(demand);
  opened.pump.acknowledge(through, 0);
  return opened;
}

describe("VideoPump", () => {
  it("sends the newest frame when a demand and credit have arrived", () => {
    const { pump, sent, offer, outcomes } = openPump();
    offer("a");
    pump.connect();
    pump.setDemand({});
    offer("b");
    expect(sent).toEqual([]);
    pump.acknowledge(1, 0);
    expect(sent).toEqual([{ sample: "b", sequence: 1, keyFrame: true }]);
    expect(outcomes).toEqual({ a: "replaced" });
  });

  it("sends one frame at a time, and replaces the waiting frame with the newest frame", async () => {
    const { sent, offer, finish, outcomes, pump } = wantedPump(9);
    for (const sample of ["a", "b", "c"]) offer(sample);
    expect(sent.map(({ sample }) => sample)).toEqual(["a"]);
    await finish();
    expect(sent.map(({ sample }) => sample)).toEqual(["a", "c"]);
    await finish();
    expect(outcomes).toEqual({ a: "sent", b: "replaced", c: "sent" });
    expect(pump.counts).toMatchObject({ captured: 3, sent: 2, replaced: 1, pending: 0 });
    expect(pump.credit).toBe(7);
  });

  it("reuses the credit of a failed frame for the next frame", async () => {
    const { sent, offer, finish, outcomes } = wantedPump(1);
    offer("a");
    offer("b");
    await finish("failed");
    expect(outcomes).toEqual({ a: "failed" });
    expect(sent.at(-1)).toEqual({ sample: "b", sequence: 1, keyFrame: true });
  });

  it("keeps the frame in flight for the next connection if the connection is lost", async () => {
    const { pump, sent, offer, finish, outcomes } = wantedPump(1);
    offer("a");
    pump.disconnect();
    await finish("closed");
    expect(outcomes).toEqual({});
    pump.connect();
    pump.setDemand({});
    pump.acknowledge(1, 0);
    expect(sent).toHaveLength(2);
    await finish();
    expect(outcomes).toEqual({ a: "sent" });
  });

  it("waits with one timer until the next frame is due, and then sends the newest one", async () => {
    const { scheduler, sent, offer, finish } = wantedPump(9, { maxFps: 10 });
    offer("a");
    await finish();
    scheduler.advance(10);
    offer("b");
    offer("c");
    expect(scheduler.delays).toEqual([90, 90]);
    expect(scheduler.pending).toBe(1);
    scheduler.advance(89);
    expect(sent).toHaveLength(1);
    scheduler.advance(1);
    expect(sent.map(({ sample }) => sample)).toEqual(["a", "c"]);
    expect(scheduler.pending).toBe(0);
  });

  it("limits the delay to the maximum of a Node timer", async () => {
    const { scheduler, sent, offer, finish } = wantedPump(9, { maxFps: 1e-9 });
    offer("a");
    await finish();
    offer("b");
    expect(scheduler.delays).toEqual([2 ** 31 - 1]);
    scheduler.advance(2 ** 31 - 1);
    expect(sent).toHaveLength(1);
    expect(scheduler.pending).toBe(1);
  });

  it.each<[string, (pump: VideoPump<string>) => void]>([
    ["disconnect()", (pump) => pump.disconnect()],
    ["close()", (pump) => pump.close()],
    ["a demand without video", (pump) => pump.setDemand(null)],
  ])("cancels its timer on %s", async (_, stop) => {
    const { pump, scheduler, offer, finish } = wantedPump(9, { maxFps: 10 });
    offer("a");
    await finish();
    offer("b");
    expect(scheduler.pending).toBe(1);
    stop(pump);
    expect(scheduler.pending).toBe(0);
  });

  it("sends the newest frame again as a key frame on refresh()", async () => {
    const { pump, sent, offer, finish } = wantedPump(9);
    offer("a");
    await finish();
    pump.refresh();
    expect(sent.at(-1)).toEqual({ sample: "a", sequence: 2, keyFrame: true });
  });

  it("counts the consumed frames of all connections", async () => {
    const { pump, offer, finish } = wantedPump(9);
    offer("a");
    await finish();
    pump.acknowledge(9, 1);
    pump.disconnect();
    pump.connect();
    pump.setDemand({});
    pump.acknowledge(9, 0);
    await finish();
    pump.acknowledge(9, 1);
    expect(pump.consumed).toBe(2);
  });

  it("settles and releases a refused sample without replacing the waiting frame", () => {
    const { pump, released, offer, outcomes } = openPump();
    offer("a");
    pump.refuse("invalid", (outcome) => {
      outcomes.invalid = outcome;
    });
    expect(outcomes).toEqual({ invalid: "failed" });
    expect(released).toEqual(["invalid"]);
  });
});

describe("VideoPump.drain()", () => {
  /** Returns whether the promise has resolved. */
  const isResolved = async (promise: Promise<void>) => {
    let resolved = false;
    promise.then(() => {
      resolved = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    return resolved;
  };

  it("sends the waiting frame regardless of maxFps, and resolves when the frame is sent", async () => {
    const { pump, sent, offer, finish, outcomes } = wantedPump(9, { maxFps: 1 });
    offer("a");
    await finish();
    offer("b");
    const drained = pump.drain();
    expect(sent.map(({ sample }) => sample)).toEqual(["a", "b"]);
    expect(await isResolved(drained)).toBe(false);
    offer("c");
    await finish();
    expect(await isResolved(drained)).toBe(true);
    expect(outcomes).toEqual({ a: "sent", b: "sent", c: "closed" });
  });

  it('resolves once every frame is consumed with `delivery: "all"`', async () => {
    const { pump, offer, finish } = wantedPump(9, { delivery: "all" });
    offer("a");
    const drained = pump.drain();
    await finish();
    expect(await isResolved(drained)).toBe(false);
    pump.acknowledge(9, 1);
    expect(await isResolved(drained)).toBe(true);
  });

  it("resolves when the connection is lost, and at once without a connection", async () => {
    const { pump, offer } = wantedPump(0);
    offer("a");
    const drained = pump.drain();
    expect(await isResolved(drained)).toBe(false);
    pump.disconnect();
    expect(await isResolved(drained)).toBe(true);
    expect(await isResolved(pump.drain())).toBe(true);
  });
});

describe("VideoPump.close()", () => {
  it("settles every frame, and releases the frame in flight when its send settles", async () => {
    const { pump, sent, released, offer, outcomes, finish } = wantedPump(9);
    offer("a");
    offer("b");
    pump.close();
    expect(outcomes).toEqual({ a: "closed", b: "closed" });
    expect(released).toEqual(["b"]);
    await finish();
    expect(released).toEqual(["b", "a"]);
    expect(sent).toHaveLength(1);
  });
});
