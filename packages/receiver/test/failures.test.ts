import { once } from "node:events";
import { duplexPair } from "node:stream";
import { IPCChannel, type IPCChannelError } from "@broadcast-ipc/ipc-channel";
import type { ReceiverMessage } from "@broadcast-ipc/protocol";
import { describe, expect, it, onTestFinished } from "vitest";
import { BroadcastReceiver } from "../src/index.ts";
import { MissingEngines } from "../src/missing-engines.ts";
import { connected, type HandUploader } from "./fixtures/hand-uploader.ts";

/** Returns the next message of the given type. */
async function next(peer: HandUploader, type: string): Promise<ReceiverMessage> {
  for (let message = await peer.nextOfAny(); message; message = await peer.nextOfAny()) {
    if (message.type === type) return message;
  }
  throw new Error("the receiver has closed");
}

describe("BroadcastReceiver: failures", () => {
  it("sends one failure message for several undecodable frames, and another one after a new demand", async () => {
    const { receiver, peer, failures } = await connected();
    const damaged = { encoding: "jpeg", codedWidth: 4, codedHeight: 4, timestamp: 0 };
    const reported: ReceiverMessage[] = [];
    for (let credits = 0; credits < 4; ) {
      const message = await peer.nextOfAny();
      if (message?.type === "failure") reported.push(message);
      if (message?.type !== "credit") continue;
      if (++credits < 4) peer.junk(damaged, Uint8Array.of(0xff, 0xd8, 0xff));
    }
    expect(reported).toMatchObject([{ lane: "video", code: "ERR_IMAGE_UNDECODABLE" }]);
    const codes = failures.map((error) => error.code);
    expect(codes).toEqual(Array(3).fill("ERR_IMAGE_UNDECODABLE"));
    // The failure is sent again after a new demand.
    receiver.setDemand({ video: { quality: 50 }, audio: null });
    peer.junk(damaged, Uint8Array.of(0xff, 0xd8, 0xff));
    expect(await next(peer, "failure")).toMatchObject({ code: "ERR_IMAGE_UNDECODABLE" });
  });

  it("sends a failure message for undecodable audio and for a malformed message", async () => {
    const { receiver, peer } = await connected();
    receiver.enableAudio();
    peer.channel.send({ type: "audio", metadata: {} });
    expect(await next(peer, "failure")).toMatchObject({ lane: "audio", code: "ERR_AUDIO_INVALID_METADATA" });
    peer.channel.send({ type: "hello", id: 5 });
    const malformed = await next(peer, "failure");
    expect(malformed).toMatchObject({ code: "ERR_PROTOCOL_INVALID_MESSAGE" });
    expect(malformed).not.toHaveProperty("lane");
  });

  it('emits "failure" for a failure message of the uploader, and sends no reply', async () => {
    const { receiver, peer } = await connected();
    const heard = once(receiver, "failure");
    const code = "ERR_IMAGE_ENGINE_MISSING";
    peer.channel.send({ type: "failure", lane: "video", code, message: "npm install sharp" });
    expect(await heard).toMatchObject([{ name: "PeerError", code, lane: "video" }]);
    expect((await heard)[0].message).toContain("npm install sharp");
    await receiver.close();
    await expect(next(peer, "failure")).rejects.toThrow("closed");
  });
});

describe("BroadcastReceiver with messages over the uploader's maxHeaderBytes", () => {
  async function limited(maxHeaderBytes: number) {
    const [near, far] = duplexPair();
    const [channel, peer] = await Promise.all([
      IPCChannel.over(near, { role: "accept" }),
      IPCChannel.over<ReceiverMessage, unknown>(far, { role: "connect", maxHeaderBytes }),
    ]);
    const receiver = BroadcastReceiver.over(channel);
    onTestFinished(async () => {
      await Promise.all([receiver.close(), peer.close()]);
    });
    return { receiver, peer };
  }

  it("emits and sends a failure for a demand that is too large, and continues", async () => {
    const { receiver, peer } = await limited(256);
    const failed = once(receiver, "failure");
    receiver.setDemand({ video: { encodings: Array(32).fill("a".repeat(60)) }, audio: null });
    expect(await failed).toMatchObject([{ code: "ERR_IPC_MESSAGE_TOO_LARGE" }]);
    receiver.setDemand({ video: null, audio: null });
    const types = [];
    for await (const { header } of peer) {
      types.push(header.type);
      if (types.length === 5) break;
    }
    expect(types.sort()).toEqual(["credit", "demand", "demand", "failure", "message-credit"]);
  });

  it("sends the largest valid messages within the default limits", async () => {
    const { receiver, peer } = await connected();
    const most = Number.MAX_SAFE_INTEGER;
    const encodings = Array(32).fill("\uffff".repeat(64));
    const limits = { maxFps: 1 / 3, maxWidth: most, maxHeight: most, quality: 100 };
    const video = { ...limits, encodings, delivery: "latest" } as const;
    receiver.setDemand({ video, audio: {} });
    await next(peer, "demand");
    expect(await next(peer, "demand")).toEqual({ type: "demand", video, audio: {} });
    // The peer's channel has the same limits as the receiver's, so the peer can check the other types of message.
    const text = "\uffff".repeat(1024);
    const word = "\uffff".repeat(64);
    for (const message of [
      { type: "credit", through: most, consumed: most },
      { type: "message-credit", messages: most, bytes: most },
      { type: "failure", lane: word, code: word, message: text },
    ]) {
      await expect(peer.channel.send(message)).resolves.toBeUndefined();
    }
  });

  it("emits a failure for each message if every message is too large", async () => {
    const { receiver } = await limited(1);
    const codes: string[] = [];
    receiver.on("failure", (error) => codes.push((error as IPCChannelError).code));
    while (codes.length < 3) await once(receiver, "failure");
    await receiver.close();
    // The three messages are the demand, the credit for a frame and the credit for messages.
    expect(codes).toEqual(Array(3).fill("ERR_IPC_MESSAGE_TOO_LARGE"));
  });
});

describe("MissingEngines", () => {
  const missing = Object.assign(new Error(), { code: "ERR_IMAGE_ENGINE_MISSING" });
  const all = (encodings?: string[]) => ({ video: encodings ? { encodings } : {}, audio: null });

  it("removes encodings without an engine; a demand with no encodings list becomes raw only", () => {
    const engines = new MissingEngines();
    expect(engines.without(all())).toEqual(all());
    expect(engines.note({ encoding: "png" }, missing)).toBe(true);
    expect(engines.without(all())).toEqual(all([]));
    expect(engines.without(all(["png", "jpeg"]))).toEqual(all(["jpeg"]));
    expect(engines.note({ encoding: "jpeg" }, missing)).toBe(true);
    expect(engines.note({ encoding: "jpeg" }, missing)).toBe(false);
    expect(engines.without(all(["png", "jpeg"]))).toEqual(all([]));
    expect(engines.without({ video: null, audio: {} })).toEqual({ video: null, audio: {} });
  });

  it("ignores failures with another code or without an encoding", () => {
    const engines = new MissingEngines();
    const other = Object.assign(new Error(), { code: "ERR_IMAGE_UNDECODABLE" });
    expect(engines.note({ encoding: "jpeg" }, other)).toBe(false);
    for (const metadata of [undefined, null, 5, {}, { encoding: 5 }]) {
      expect(engines.note(metadata, missing)).toBe(false);
    }
    expect(engines.without(all())).toEqual(all());
  });
});
