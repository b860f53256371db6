import { clockId } from "@broadcast-ipc/clock";
import { describe, expect, it } from "vitest";
import { now } from "../src/index.ts";
import { connected } from "./fixtures/hand-uploader.ts";
import { videoFrame } from "./fixtures/samples.ts";

describe("BroadcastReceiver.stats()", () => {
  const clock = clockId();

  it.runIf(clock)("returns the ages of yielded samples if the uploader has the same clock", async () => {
    const { receiver, peer } = await connected();
    peer.channel.send({ type: "hello", id: "a", clock });
    // A frame that is older than the demand would count from the demand.
    const demanded = now();
    await expect.poll(now).toBeGreaterThan(demanded + 20_000);
    const captured = now();
    peer.frame({ ...videoFrame(1), timestamp: captured - 20_000 });
    const { value } = await receiver.samples().next();
    const { p50, max } = receiver.stats().age ?? { p50: 0, max: 0 };
    expect(value.timestamp).toBe(captured - 20_000);
    expect(p50).toBeGreaterThanOrEqual(19.9);
    expect(max).toBeLessThanOrEqual((now() - captured) / 1000 + 20.1);
  });

  it.each([
    ["a hello with another clock", { type: "hello", id: "a", clock: "another boot" }],
    ["a hello without a clock", { type: "hello", id: "a" }],
    ["no hello", undefined],
  ])("returns no age if the uploader sends %s", async (_, hello) => {
    const { receiver, peer } = await connected();
    if (hello) peer.channel.send(hello);
    peer.frames(1);
    await receiver.samples().next();
    expect(receiver.stats().age).toBeUndefined();
  });
});
