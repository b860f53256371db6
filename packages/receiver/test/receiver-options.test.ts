import { describe, expect, it } from "vitest";
import { BroadcastReceiver, type DemandChange } from "../src/index.ts";
import { connected } from "./fixtures/hand-uploader.ts";

const invalidDemands = [null, 5, { video: true, audio: null }, { video: {}, audio: "loud" }];

describe("BroadcastReceiver options", () => {
  it.each([
    ...[...invalidDemands, {}, { video: {} }].map((demand) => ({ demand })),
    { decode: 1 },
    { decode: "no" },
    { format: "YUV" },
    { format: "__proto__" },
    { format: 4 },
    { messageSchemas: null },
    { messageSchemas: { click: {} } },
  ])("rejects %j with a RangeError before it listens", async (options) => {
    await expect(connected(options as never)).rejects.toBeInstanceOf(RangeError);
    // With valid options, listening at this path would reject with ERR_IPC_PATH_INVALID.
    const accepting = BroadcastReceiver.accept("/no/such/directory", options as never);
    await expect(accepting).rejects.toBeInstanceOf(RangeError);
  });

  it.each([
    ["stallafter", 'unknown option "stallafter", did you mean "stallAfter"?'],
    ["tokens", 'unknown option "tokens", did you mean "token"?'],
    ["schema", 'unknown option "schema", known options: demand, decode,'],
  ])("rejects the unknown option %s with a RangeError before it listens", async (name, message) => {
    const options = { [name]: undefined };
    for (const open of [BroadcastReceiver.accept, BroadcastReceiver.listen]) {
      const opening = open("/no/such/directory", options);
      await expect(opening).rejects.toBeInstanceOf(RangeError);
      await expect(opening).rejects.toThrow(message);
    }
  });

  it("throws a RangeError for a channel option of over(), whose channel is already open", async () => {
    await expect(connected({ token: undefined } as never)).rejects.toThrow('unknown option "token"');
  });

  it("rejects an invalid channel option with a RangeError", async () => {
    const accepting = BroadcastReceiver.accept("/no/such/directory", { maxPayloadBytes: -1 });
    await expect(accepting).rejects.toBeInstanceOf(RangeError);
  });
});

describe("BroadcastReceiver.setDemand()", () => {
  it.each(invalidDemands)("throws a RangeError for %j and keeps the previous demand", async (demand) => {
    const { receiver, peer } = await connected();
    expect(() => receiver.setDemand(demand as never)).toThrow(RangeError);
    receiver.enableAudio();
    expect([await peer.next(), await peer.next()]).toMatchObject([{ type: "demand" }, { type: "credit" }]);
    expect(await peer.next()).toEqual({ type: "demand", video: {}, audio: {} });
  });

  it("throws a RangeError that names the invalid field", async () => {
    const { receiver } = await connected();
    expect(() => receiver.setDemand({ video: { maxFps: -1 } })).toThrow("demand.video.maxFps");
    expect(() => receiver.setDemand({ audio: true as never })).toThrow("demand.audio");
  });

  const video = { maxFps: 5, quality: 50 };
  it.each<[DemandChange, object]>([
    [{ audio: {} }, { video, audio: {} }],
    [
      { audio: {}, video: undefined },
      { video, audio: {} },
    ],
    [{ video: null }, { video: null, audio: null }],
    [{ video: { maxFps: 9 } }, { video: { maxFps: 9 }, audio: null }],
    [{}, { video, audio: null }],
  ])("changes only the fields in %j", async (change, demand) => {
    const { receiver, peer } = await connected({ demand: { video, audio: null } });
    expect([await peer.next(), await peer.next()]).toMatchObject([{ type: "demand" }, { type: "credit" }]);
    receiver.setDemand(change);
    expect(await peer.next()).toEqual({ type: "demand", ...demand });
  });
});
