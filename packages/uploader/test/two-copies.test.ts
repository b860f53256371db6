import { once } from "node:events";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { duplexPair } from "node:stream";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as ipcChannel from "@broadcast-ipc/ipc-channel";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { BroadcastUploader } from "../src/index.ts";
import { HandReceiver, type Header } from "./fixtures/hand-receiver.ts";
import { imageSample } from "./fixtures/samples.ts";

/** A second copy of ipc-channel, as npm installs it when two packages depend on different versions. */
let copy: typeof ipcChannel;

beforeAll(async () => {
  const dist = dirname(fileURLToPath(import.meta.resolve("@broadcast-ipc/ipc-channel")));
  const folder = await mkdtemp(join(tmpdir(), "ipc-channel-"));
  await cp(dist, join(folder, "dist"), { recursive: true });
  await cp(join(dist, "../package.json"), join(folder, "package.json"));
  await symlink(
    fileURLToPath(new URL("../../../node_modules", import.meta.url)),
    join(folder, "node_modules"),
    "junction",
  );
  copy = await import(pathToFileURL(join(folder, "dist/index.js")).href);
  return () => rm(folder, { recursive: true });
});

/** Opens an uploader over a channel of the second copy. */
async function open() {
  const [near, far] = duplexPair();
  const [channel, peerChannel] = await Promise.all([
    copy.IPCChannel.over(near, { closeTimeout: 50, role: "connect" }),
    ipcChannel.IPCChannel.over<Header, unknown>(far, { closeTimeout: 50, role: "accept" }),
  ]);
  const uploader = BroadcastUploader.over(channel);
  const peer = new HandReceiver(peerChannel);
  const failures: Error[] = [];
  uploader.on("failure", (error) => failures.push(error));
  onTestFinished(async () => {
    await Promise.all([uploader.close(), peerChannel.close()]);
  });
  return { channel, uploader, peer, failures, near };
}

describe("BroadcastUploader.over() with a channel of another copy of ipc-channel", () => {
  it("loads two copies of ipc-channel that share no classes", () => {
    expect(copy.IPCChannel).not.toBe(ipcChannel.IPCChannel);
    expect(copy.IPCChannelError).not.toBe(ipcChannel.IPCChannelError);
  });

  it("uploads frames, and closes the channel with the uploader", async () => {
    const { channel, uploader, peer } = await open();
    peer.demand({});
    peer.credit(1);
    expect(await uploader.upload(imageSample(1))).toBe("sent");
    expect(await peer.frames(1)).toEqual([[1, 1]]);
    expect(uploader.isClosed).toBe(false);
    await Promise.all([uploader.close(), peer.end()]);
    expect(await uploader.closed).toEqual({ by: "us", code: "closed" });
    expect(channel.isClosed).toBe(true);
  });

  it("settles uploads without a failure when the connection is lost", async () => {
    const { uploader, peer, failures, near } = await open();
    peer.demand({});
    peer.credit(9);
    await once(uploader, "demand");
    const outcomes = [imageSample(1, { codedHeight: 16_384 }), imageSample(2)].map((sample) =>
      uploader.upload(sample),
    );
    near.destroy(new Error("cut"));
    expect(await Promise.all(outcomes)).toEqual(["replaced", "closed"]);
    expect(await uploader.closed).toMatchObject({ by: "peer", code: "lost" });
    expect(failures).toEqual([]);
  });
});
