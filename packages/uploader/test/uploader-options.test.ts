import { access } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { numberSchema } from "../../../tests/support/number-schema.ts";
import { BroadcastUploader } from "../src/index.ts";
import { connected } from "./fixtures/hand-receiver.ts";
import { imageSample, SpyCodec } from "./fixtures/samples.ts";

describe("BroadcastUploader with invalid options", () => {
  it.each([
    { codec: null },
    { codec: {} },
    { codec: "jpeg" },
    { name: 5 },
    { name: null },
    { name: "x".repeat(1025) },
    { reconnect: true },
    { reconnect: null },
    { reconnect: { giveUpAfter: -1 } },
    { reconnect: { giveUpAfter: 2 ** 31 } },
    { reconnect: { giveUpAfter: Number.POSITIVE_INFINITY } },
    { audio: { maxBufferedMs: -1 } },
    { audio: { maxBufferedMs: Number.NaN } },
    { audio: { maxBufferedMs: Number.POSITIVE_INFINITY } },
    { audio: { maxBufferedMs: "500" } },
    { messageSchemas: null },
    { messageSchemas: { click: {} } },
  ])("rejects an invalid option with a RangeError before it connects: %j", async (options) => {
    await expect(connected(options as never)).rejects.toBeInstanceOf(RangeError);
    // Nothing listens at this path, so connect() would wait forever if the options were valid.
    const connecting = BroadcastUploader.connect("/nobody/listens/here", options as never);
    await expect(connecting).rejects.toBeInstanceOf(RangeError);
    await expect(access("/nobody/listens/here")).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("rejects an invalid channel option with a RangeError", async () => {
    const connecting = BroadcastUploader.connect("/nobody/listens/here", { maxPayloadBytes: -1 });
    await expect(connecting).rejects.toBeInstanceOf(RangeError);
  });
});

describe("BroadcastUploader.connect()", () => {
  it.each([
    [{ tokn: undefined }, 'unknown option "tokn", did you mean "token"?'],
    [{ reConnect: false }, 'unknown option "reConnect", did you mean "reconnect"?'],
    [{ reconnect: { giveUpafter: 1 } }, '"reconnect.giveUpafter", did you mean "reconnect.giveUpAfter"?'],
    [{ audio: { buffered: 1 } }, 'unknown option "audio.buffered", known options: audio.maxBufferedMs'],
  ])("rejects the unknown option in %j with a RangeError", async (options, message) => {
    const connecting = BroadcastUploader.connect("/nobody/listens/here", options as never);
    await expect(connecting).rejects.toBeInstanceOf(RangeError);
    await expect(connecting).rejects.toThrow(message);
  });

  it("rejects a `schema` option, which the types do not allow", async () => {
    const { schema } = numberSchema();
    // @ts-expect-error The options have no `schema`.
    const connecting = BroadcastUploader.connect("/nobody/listens/here", { schema, giveUpAfter: 0 });
    await expect(connecting).rejects.toThrow('unknown option "schema"');
  });
});

describe("BroadcastUploader.over()", () => {
  it("throws a RangeError for an option of connect(), because the channel is already open", async () => {
    await expect(connected({ token: undefined } as never)).rejects.toThrow('unknown option "token"');
    await expect(connected({ reconnect: false } as never)).rejects.toThrow('unknown option "reconnect"');
  });
});

describe("BroadcastUploader with valid options", () => {
  it("accepts undefined options, and options at their limits", async () => {
    await connected({ codec: undefined, name: undefined, audio: undefined });
    await connected({ name: "x".repeat(1024), audio: { maxBufferedMs: 0 } });
    await connected({ name: "", audio: {} });
  });

  it("accepts a subclass of BroadcastImageCodec as the codec", async () => {
    const spy = new SpyCodec();
    const { uploader, peer } = await connected({ codec: spy });
    peer.demand({});
    peer.credit(1);
    expect(await uploader.upload(imageSample(1))).toBe("sent");
    expect(spy.encoded).toEqual([1]);
  });
});
