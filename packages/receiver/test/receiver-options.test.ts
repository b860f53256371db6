import { describe, expect, it } from "vitest";
import { BroadcastReceiver } from "../src/index.ts";
import { connected } from "./fixtures/hand-uploader.ts";

const noDemands = [null, 5, {}, { video: {} }, { video: true, audio: null }, { video: {}, audio: "loud" }];

describe("a wrong option", () => {
  it.each([
    ...noDemands.map((demand) => ({ demand })),
    { decode: 1 },
    { decode: "no" },
    { format: "YUV" },
    { format: "__proto__" },
    { format: 4 },
    { messageSchemas: null },
    { messageSchemas: { click: {} } },
  ])("is refused before anything happens: %j", async (options) => {
    await expect(connected(options as never)).rejects.toBeInstanceOf(RangeError);
    // The path cannot be bound, which would be another error.
    const accepting = BroadcastReceiver.accept("/no/such/directory", options as never);
    await expect(accepting).rejects.toBeInstanceOf(RangeError);
  });

  it("of the channel's is refused by the channel", async () => {
    const accepting = BroadcastReceiver.accept("/no/such/directory", { maxPayloadBytes: -1 });
    await expect(accepting).rejects.toBeInstanceOf(RangeError);
  });
});

describe("setDemand()", () => {
  it.each(noDemands)("refuses what is no demand, and the old one stands: %j", async (demand) => {
    const { receiver, peer } = await connected();
    expect(() => receiver.setDemand(demand as never)).toThrow(RangeError);
    receiver.enableAudio();
    expect([await peer.next(), await peer.next()]).toMatchObject([{ type: "demand" }, { type: "credit" }]);
    expect(await peer.next()).toEqual({ type: "demand", video: {}, audio: {} });
  });
});
