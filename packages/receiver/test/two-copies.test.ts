import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { duplexPair } from "node:stream";
import { pathToFileURL } from "node:url";
import { IPCChannel, IPCChannelError } from "@broadcast-ipc/ipc-channel";
import { expect, it, onTestFinished } from "vitest";
import { BroadcastReceiver } from "../src/index.ts";
import { HandUploader } from "./fixtures/hand-uploader.ts";

const installed = dirname(createRequire(import.meta.url).resolve("@broadcast-ipc/ipc-channel/package.json"));

/** Imports a second copy of the built ipc-channel package. Its classes differ from those that the receiver imports. */
async function secondCopy(): Promise<typeof import("@broadcast-ipc/ipc-channel")> {
  const directory = await mkdtemp(join(tmpdir(), "receiver-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await cp(join(installed, "dist"), join(directory, "dist"), { recursive: true });
  await cp(join(installed, "package.json"), join(directory, "package.json"));
  await symlink(join(installed, "../../node_modules"), join(directory, "node_modules"));
  return import(/* @vite-ignore */ pathToFileURL(join(directory, "dist/index.js")).href);
}

it("BroadcastReceiver.over() accepts a channel of another copy of ipc-channel", async () => {
  const other = await secondCopy();
  expect(other.IPCChannelError).not.toBe(IPCChannelError);
  const [near, far] = duplexPair();
  const [channel, peerChannel] = await Promise.all([
    other.IPCChannel.over(near, { role: "accept" }),
    IPCChannel.over<never, unknown>(far, { role: "connect" }),
  ]);
  const receiver = BroadcastReceiver.over(channel);
  const failures: Error[] = [];
  receiver.on("failure", (error) => failures.push(error));
  const peer = new HandUploader(peerChannel);
  peer.frames(1);
  const samples = receiver.samples();
  expect((await samples.next()).value).toMatchObject({ type: "image", timestamp: 1 });
  await peerChannel.close();
  await receiver.closed;
  // The receiver treats ERR_IPC_CLOSED of the other copy as the end of the connection, not as a failure.
  receiver.refresh();
  await expect(receiver.send("late")).rejects.toMatchObject({ code: "ERR_IPC_CLOSED" });
  await receiver.close();
  await new Promise(setImmediate);
  expect(failures).toEqual([]);
});
