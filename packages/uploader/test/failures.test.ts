import { once } from "node:events";
import { createServer } from "node:net";
import { Duplex, duplexPair } from "node:stream";
import { type ChannelOptions, IPCChannel, IPCServer } from "@broadcast-ipc/ipc-channel";
import { describe, expect, it, onTestFinished } from "vitest";
import { BroadcastUploader, type UploaderOptions } from "../src/index.ts";
import { connected } from "./fixtures/hand-receiver.ts";
import { audioSample, imageSample } from "./fixtures/samples.ts";
import { socketInTempDir } from "./fixtures/socket-in-temp-dir.ts";

/** Opens an uploader, and a plain channel that receives the uploader's messages. */
async function open(options: UploaderOptions = {}, peerOptions: ChannelOptions = {}) {
  const [near, far] = duplexPair();
  const [channel, peer] = await Promise.all([
    IPCChannel.over(near, { role: "connect" }),
    IPCChannel.over<{ type: string; lane?: string; code?: string }, unknown>(far, {
      ...(peerOptions as object),
      role: "accept",
    }),
  ]);
  const uploader = BroadcastUploader.over(channel, options);
  onTestFinished(async () => {
    await Promise.all([uploader.close(), peer.close()]);
  });
  uploader.on("failure", () => {});
  const messages = peer.messages();
  const failure = async () => {
    for (let result = await messages.next(); !result.done; result = await messages.next()) {
      if (result.value.header.type === "failure") return result.value.header;
    }
    throw new Error("the uploader has closed");
  };
  return { uploader, peer, failure };
}

describe("BroadcastUploader: failures", () => {
  it("sends one failure message for each reason why samples are invalid", async () => {
    const { uploader, failure } = await open();
    const failures: unknown[] = [];
    uploader.on("failure", (error) => failures.push(error));
    for (let count = 0; count < 3; count++) await uploader.upload({ ...imageSample(1), timestamp: 0.5 });
    await uploader.upload({ ...imageSample(1), data: new Uint8Array(1) });
    expect(await failure()).toMatchObject({ lane: "video", code: "ERR_IMAGE_INVALID_SAMPLE" });
    expect(await failure()).toMatchObject({ lane: "video", code: "ERR_IMAGE_DATA_TOO_SHORT" });
    expect(failures).toHaveLength(4);
  });

  it("sends one failure message for samples that cannot be sent, and another one after a new demand", async () => {
    const { uploader, peer, failure } = await open({}, { maxPayloadBytes: 1000 });
    const demanded = once(uploader, "demand");
    peer.send({ type: "demand", video: {}, audio: {} });
    peer.send({ type: "credit", through: 1 });
    await demanded;
    const code = "ERR_IPC_MESSAGE_TOO_LARGE";
    expect(await uploader.upload(imageSample(1))).toBe("failed");
    expect(await failure()).toMatchObject({ lane: "video", code });
    expect(await uploader.upload(imageSample(2))).toBe("failed");
    expect(await uploader.upload(audioSample(1, 100))).toBe("failed");
    expect(await failure()).toMatchObject({ lane: "audio", code });
    peer.send({ type: "demand", video: { quality: 50 }, audio: {} });
    expect(await uploader.upload(imageSample(3))).toBe("failed");
    expect(await failure()).toMatchObject({ lane: "video", code });
  });

  it("sends a failure message for a malformed message of the receiver", async () => {
    const { peer, failure } = await open();
    peer.send({ type: "demand", video: "yes" });
    expect(await failure()).toMatchObject({ code: "ERR_PROTOCOL_INVALID_MESSAGE" });
  });

  it('emits "failure" for a failure message of the receiver', async () => {
    const { uploader, peer } = await connected();
    const failed = once(uploader, "failure");
    const code = "ERR_IMAGE_ENGINE_MISSING";
    peer.channel.send({ type: "failure", lane: "video", code, message: "npm install sharp" });
    expect(await failed).toMatchObject([{ name: "PeerError", code, lane: "video" }]);
  });
});

describe("BroadcastUploader with a hello over the receiver's maxHeaderBytes", () => {
  it('emits "failure" and closes, because the next connection would fail in the same way', async () => {
    const path = await socketInTempDir();
    const server = await IPCServer.listen(path, { maxHeaderBytes: 1024 });
    onTestFinished(() => server.close());
    const uploader = await BroadcastUploader.connect(path, { name: "ü".repeat(1024) });
    onTestFinished(() => uploader.close());
    const failed = once(uploader, "failure");
    const expected = { code: "ERR_IPC_MESSAGE_TOO_LARGE" };
    expect(await failed).toMatchObject([expected]);
    expect(await uploader.closed).toMatchObject({ by: "us", code: "error", error: expected });
    expect(uploader.stats().connections).toBe(1);
    expect(await uploader.upload(imageSample(1))).toBe("closed");
  });

  it("sends the longest name within the default limits", async () => {
    const { uploader, peer } = await open({ name: "\uffff".repeat(1024) });
    const { value } = await peer.messages().next();
    expect(value.header).toMatchObject({ type: "hello", name: "\uffff".repeat(1024) });
    expect(uploader.isClosed).toBe(false);
  });
});

describe("BroadcastUploader with a receiver that sends invalid bytes", () => {
  it("emits an ERR_IPC_CORRUPT_MESSAGE failure before it tries to reconnect", async () => {
    const path = await socketInTempDir();
    const listener = createServer((socket) => {
      // The wrapper prevents the channel from taking over the socket's handle, so socket.write() below still works.
      const duplex = Duplex.from({ readable: socket, writable: socket });
      IPCChannel.over(duplex, { role: "accept" }).then(
        () => socket.write("not a message of this protocol"),
        () => {},
      );
      listener.close();
    });
    await once(listener.listen(path), "listening");
    const uploader = await BroadcastUploader.connect(path, { reconnect: { giveUpAfter: 0 } });
    onTestFinished(() => uploader.close());
    const codes: unknown[] = [];
    uploader.on("failure", (error) => codes.push((error as { code?: unknown }).code));
    await uploader.closed;
    expect(codes[0]).toBe("ERR_IPC_CORRUPT_MESSAGE");
  });
});
