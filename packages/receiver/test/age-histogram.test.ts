import { clockId } from "@broadcast-ipc/protocol";
import { describe, expect, it } from "vitest";
import { AgeHistogram } from "../src/age-histogram.ts";
import { now } from "../src/index.ts";
import { connected } from "./fixtures/hand-uploader.ts";
import { picture } from "./fixtures/samples.ts";

describe("an AgeHistogram", () => {
  it("knows nothing before the first age", () => {
    expect(new AgeHistogram().summary).toBeUndefined();
  });

  it("gives ages in ms", () => {
    const ages = new AgeHistogram();
    for (let age = 1000; age <= 100_000; age += 1000) ages.record(age);
    const { p50, p95, max } = ages.summary ?? { p50: 0, p95: 0, max: 0 };
    expect(p50).toBeCloseTo(50, 0);
    expect(p95).toBeCloseTo(95, 0);
    expect(max).toBeCloseTo(100, 0);
  });

  it("takes an age of nothing, and one that lies in the future, as the shortest there is", () => {
    const ages = new AgeHistogram();
    for (const age of [0, -5_000_000, 0.2]) ages.record(age);
    expect(ages.summary?.max).toBe(0.001);
  });
});

describe("ages in stats()", () => {
  const clock = clockId();

  it.runIf(clock)("are from capture to the consumer, where the uploader has our clock", async () => {
    const { receiver, peer } = await connected();
    peer.channel.send({ type: "hello", id: "a", clock });
    const captured = now();
    peer.picture({ ...picture(1), timestamp: captured - 20_000 });
    const { value } = await receiver.samples().next();
    const { p50, max } = receiver.stats().age ?? { p50: 0, max: 0 };
    expect(value.timestamp).toBe(captured - 20_000);
    expect(p50).toBeGreaterThanOrEqual(19.9);
    expect(max).toBeLessThanOrEqual((now() - captured) / 1000 + 20.1);
  });

  it.each([
    ["another clock", { type: "hello", id: "a", clock: "another boot" }],
    ["no clock", { type: "hello", id: "a" }],
    ["no hello", undefined],
  ])("are unknown where the uploader has %s", async (_, hello) => {
    const { receiver, peer } = await connected();
    if (hello) peer.channel.send(hello);
    peer.pictures(1);
    await receiver.samples().next();
    expect(receiver.stats().age).toBeUndefined();
  });
});
