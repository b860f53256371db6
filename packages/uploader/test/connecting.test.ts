import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IPCChannel } from "@broadcast-ipc/ipc-channel";
import { describe, expect, it, onTestFinished } from "vitest";
import { BroadcastUploader } from "../src/index.ts";
import { socketInTempDir } from "./fixtures/socket-in-temp-dir.ts";

const token = "0123456789abcdef";

function tempDir(): string {
  const directory = mkdtempSync(join(tmpdir(), "uploader-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

describe("BroadcastUploader.connect()", () => {
  it("calls onRetry for each failed attempt, and rejects with ERR_IPC_TIMEOUT after `giveUpAfter`", async () => {
    const path = await socketInTempDir();
    const attempts: number[] = [];
    const connecting = BroadcastUploader.connect(path, {
      giveUpAfter: 100,
      onRetry: (error, attempt) => {
        expect(error).toMatchObject({ code: "ENOENT" });
        attempts.push(attempt);
      },
    });
    await expect(connecting).rejects.toMatchObject({ code: "ERR_IPC_TIMEOUT", cause: { code: "ENOENT" } });
    expect(attempts.length).toBeGreaterThan(0);
    expect(attempts).toEqual(attempts.map((_, index) => index + 1));
  });

  it("rejects channel options of a wrong type with a RangeError", async () => {
    const path = await socketInTempDir();
    for (const options of [{ token: new ArrayBuffer(16) }, { giveUpAfter: -1 }, { onRetry: 5 }]) {
      const connecting = BroadcastUploader.connect(path, options as never);
      await expect(connecting).rejects.toBeInstanceOf(RangeError);
    }
  });
});

describe("BroadcastUploader.connect() when the receiver closes", () => {
  it("reconnects with a copy of its options, so later changes by the caller have no effect", async () => {
    const path = await socketInTempDir();
    const options = {
      token: new Uint8Array(Buffer.from(token)),
      closeTimeout: 50,
      giveUpAfter: 5000,
      reconnect: { giveUpAfter: undefined as number | undefined },
    };
    const connecting = BroadcastUploader.connect(path, Object.create(options));
    const [uploader, first] = await Promise.all([connecting, IPCChannel.accept(path, { token })]);
    onTestFinished(() => uploader.close());
    options.token.fill(0);
    options.reconnect.giveUpAfter = 0;
    const disconnect = once(uploader, "disconnect");
    const connect = new Promise<void>((resolve) => {
      disconnect.then(() => uploader.once("connect", resolve));
    });
    await first.close();
    await disconnect;
    const second = await IPCChannel.accept(path, { token });
    await connect;
    expect(uploader.isClosed).toBe(false);
    await second.close();
  });

  it("resolves a relative path when called, so a later chdir() does not affect reconnecting", async () => {
    const [here, there] = [tempDir(), tempDir()];
    const cwd = process.cwd();
    onTestFinished(() => process.chdir(cwd));
    process.chdir(here);
    const connecting = BroadcastUploader.connect("s", { closeTimeout: 50 });
    process.chdir(there);
    const path = join(here, "s");
    const [uploader, first] = await Promise.all([connecting, IPCChannel.accept(path)]);
    onTestFinished(() => uploader.close());
    const disconnect = once(uploader, "disconnect");
    await first.close();
    await disconnect;
    const second = await IPCChannel.accept(path);
    await second.close();
  });

  it("emits an ERR_IPC_TIMEOUT failure, with the last error as its cause, after `reconnect.giveUpAfter`", async () => {
    const path = await socketInTempDir();
    const [uploader, receiver] = await Promise.all([
      BroadcastUploader.connect(path, { closeTimeout: 50, reconnect: { giveUpAfter: 30 } }),
      IPCChannel.accept(path),
    ]);
    onTestFinished(() => uploader.close());
    const failure = once(uploader, "failure");
    await receiver.close();
    expect(await uploader.closed).toEqual({ by: "peer", code: "closed" });
    expect(await failure).toMatchObject([{ code: "ERR_IPC_TIMEOUT", cause: { code: "ENOENT" } }]);
  });
});
