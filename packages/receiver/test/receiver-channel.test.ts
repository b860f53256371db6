import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { duplexPair } from "node:stream";
import { IPCChannel } from "@broadcast-ipc/ipc-channel";
import { describe, expect, it, onTestFinished } from "vitest";
import { BroadcastReceiver } from "../src/index.ts";

const token = "0123456789abcdef";
const unauthorized = { code: "ERR_IPC_UNAUTHORIZED" };

function socketPath(): string {
  const directory = mkdtempSync(join(tmpdir(), "receiver-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, "s");
}

describe("BroadcastReceiver.accept() and listen()", () => {
  it("copies the channel options before the call returns, including inherited options", async () => {
    for (const role of ["accept", "listen"] as const) {
      const path = socketPath();
      const options = { token: new Uint8Array(Buffer.from(token)) };
      const opening = BroadcastReceiver[role](path, Object.create(options));
      options.token.fill(0);
      await expect(IPCChannel.connect(path, { token: new Uint8Array(16) })).rejects.toMatchObject(
        unauthorized,
      );
      await expect(IPCChannel.connect(path)).rejects.toMatchObject(unauthorized);
      const channel = await IPCChannel.connect(path, { token });
      const opened = await opening;
      await Promise.all([channel.close(), opened.close()]);
    }
  });

  it("rejects channel options of a wrong type with a RangeError", async () => {
    const path = socketPath();
    for (const options of [{ token: new ArrayBuffer(16) }, { onRefused: "log" }, { signal: {} }]) {
      await expect(BroadcastReceiver.accept(path, options as never)).rejects.toBeInstanceOf(RangeError);
      await expect(BroadcastReceiver.listen(path, options as never)).rejects.toBeInstanceOf(RangeError);
    }
  });
});

describe("BroadcastReceiver.samples()", () => {
  it("rejects next() once if the uploader closes with an error", async () => {
    const [left, right] = duplexPair();
    const [channel, uploader] = await Promise.all([
      IPCChannel.over(left, { role: "accept" }),
      IPCChannel.over(right, { role: "connect" }),
    ]);
    const receiver = BroadcastReceiver.over(channel);
    onTestFinished(async () => {
      await Promise.all([uploader.close(), receiver.close()]);
    });
    const samples = receiver.samples();
    const next = samples.next();
    // The invalid bytes make the uploader close with an error code.
    left.write("this is not a frame");
    await expect(next).rejects.toMatchObject({ code: "ERR_IPC_CORRUPT_MESSAGE" });
    expect((await samples.next()).done).toBe(true);
    expect(await receiver.closed).toMatchObject({
      by: "peer",
      code: "error",
      error: { code: "ERR_IPC_CORRUPT_MESSAGE" },
    });
  });
});
