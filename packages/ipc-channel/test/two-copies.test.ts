import { cpSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { duplexPair } from "node:stream";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import type { IPCChannelLike } from "../src/index.ts";
import * as ours from "../src/index.ts";
import { tempDir, tempPath } from "./support/temp-dir.ts";

type Package = typeof ours;

const packageDirectory = fileURLToPath(new URL("..", import.meta.url));

/** Loads a second copy of the built package. Npm installs such a copy for a dependency that needs another version. */
async function secondCopy(): Promise<Package> {
  const directory = tempDir();
  cpSync(join(packageDirectory, "dist"), join(directory, "dist"), { recursive: true });
  symlinkSync(join(packageDirectory, "../../node_modules"), join(directory, "node_modules"));
  return import(/* @vite-ignore */ pathToFileURL(join(directory, "dist/index.js")).href);
}

describe("isIPCChannelError", () => {
  test("recognizes an error of another copy of the package, with or without a list of accepted codes", async () => {
    const other = await secondCopy();
    const error: unknown = new other.IPCChannelError("ERR_IPC_CLOSED", "closed");
    expect(error).not.toBeInstanceOf(ours.IPCChannelError);
    expect(ours.isIPCChannelError(error)).toBe(true);
    expect(ours.isIPCChannelError(error, "ERR_IPC_BUSY", "ERR_IPC_CLOSED")).toBe(true);
    expect(ours.isIPCChannelError(error, "ERR_IPC_BUSY")).toBe(false);
    for (const value of [
      undefined,
      null,
      "ERR_IPC_CLOSED",
      new Error("closed"),
      { code: "ERR_IPC_CLOSED" },
    ]) {
      expect(ours.isIPCChannelError(value)).toBe(false);
    }
  });
});

describe("IPCChannel", () => {
  test("exchanges messages with a channel of another copy of the package, over a socket and over a Duplex", async () => {
    const other = await secondCopy();
    const path = tempPath();
    const [left, right] = duplexPair();
    const pairs = await Promise.all([
      Promise.all([ours.IPCChannel.accept(path), other.IPCChannel.connect(path)]),
      Promise.all([
        ours.IPCChannel.over(left, { role: "accept" }),
        other.IPCChannel.over(right, { role: "connect" }),
      ]),
    ]);
    for (const [acceptor, connector] of pairs) {
      // The type is declared in src and the channel in dist, so TypeScript sees two classes.
      const channel: IPCChannelLike = connector;
      await channel.send({ number: 1 }, Uint8Array.of(1));
      expect((await acceptor.messages().next()).value).toMatchObject({ header: { number: 1 } });
      await Promise.all([acceptor.close(), channel.close()]);
    }
  });

  test("sends the code of an abort reason to the peer if the reason is an error of another copy of the package", async () => {
    const other = await secondCopy();
    const controller = new AbortController();
    const [left, right] = duplexPair();
    const opened = ours.IPCChannel.over(left, { role: "accept", signal: controller.signal });
    const reason = new other.IPCChannelError("ERR_IPC_TIMEOUT", "too late");
    controller.abort(reason);
    await expect(opened).rejects.toBe(reason);
    // The hello was sent before the goodbye, so the peer admits this side first.
    const peer = await other.IPCChannel.over(right, { role: "connect" });
    await expect(peer.messages().next()).rejects.toMatchObject({ code: "ERR_IPC_TIMEOUT" });
    expect(await peer.closed).toMatchObject({
      by: "peer",
      code: "error",
      error: { code: "ERR_IPC_TIMEOUT" },
    });
  });
});
