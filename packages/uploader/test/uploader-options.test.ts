import { access } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { BroadcastUploader } from "../src/index.ts";
import { connected } from "./fixtures/hand-receiver.ts";
import { picture, SpyCodec } from "./fixtures/samples.ts";
import { numberSchema } from "./fixtures/schemas.ts";

describe("a wrong option", () => {
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
  ])("is refused before anything happens: %j", async (options) => {
    await expect(connected(options as never)).rejects.toBeInstanceOf(RangeError);
    // Nobody listens there, so this would wait for ever if it began to connect.
    const connecting = BroadcastUploader.connect("/nobody/listens/here", options as never);
    await expect(connecting).rejects.toBeInstanceOf(RangeError);
    await expect(access("/nobody/listens/here")).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("of the channel's is refused by the channel", async () => {
    const connecting = BroadcastUploader.connect("/nobody/listens/here", { maxPayloadBytes: -1 });
    await expect(connecting).rejects.toBeInstanceOf(RangeError);
  });
});

describe("the option schema of IPCChannel.connect", () => {
  it("is not accepted by the types, and ignored", async () => {
    const { schema } = numberSchema();
    // @ts-expect-error The uploader checks the receiver's messages itself.
    const connecting = BroadcastUploader.connect("/nobody/listens/here", { schema, giveUpAfter: 0 });
    await expect(connecting).rejects.toMatchObject({ code: "ERR_IPC_TIMEOUT" });
  });
});

describe("right options", () => {
  it("may be undefined or at their limits", async () => {
    await connected({ codec: undefined, name: undefined, audio: undefined });
    await connected({ name: "x".repeat(1024), audio: { maxBufferedMs: 0 } });
    await connected({ name: "", audio: {} });
  });

  it("may have a codec of one's own making", async () => {
    const spy = new SpyCodec();
    const { uploader, peer } = await connected({ codec: spy });
    peer.demand({});
    peer.credit(1);
    expect(await uploader.upload(picture(1))).toBe("sent");
    expect(spy.encoded).toEqual([1]);
  });
});
