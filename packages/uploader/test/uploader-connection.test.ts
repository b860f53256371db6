import { duplexPair } from "node:stream";
import { IPCChannel } from "@broadcast-ipc/ipc-channel";
import { FailureReport, type UploaderHello } from "@broadcast-ipc/protocol";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { UploaderConnection } from "../src/uploader-connection.ts";
import { imageSample } from "./fixtures/samples.ts";

const hello: UploaderHello = { type: "hello", id: "1" };

/** Opens a connection with a mocked handler, and the peer's channel. */
async function open() {
  const [near, far] = duplexPair();
  const [channel, peer] = await Promise.all([
    IPCChannel.over(near, { closeTimeout: 50, role: "connect" }),
    IPCChannel.over(far, { closeTimeout: 50, role: "accept" }),
  ]);
  onTestFinished(async () => {
    await Promise.all([channel.close(), peer.close()]);
  });
  const emit = vi.fn(() => true);
  const failures = new FailureReport({ side: "uploader", emit, uploader: () => hello });
  const handler = { receive: vi.fn(), disconnect: vi.fn() };
  const connection = new UploaderConnection(channel, { hello, handler, failures });
  return { connection, handler, peer, near, emit };
}

function send(connection: UploaderConnection) {
  const { data, timestamp } = imageSample(1);
  const metadata = { format: "RGB", codedWidth: 512, codedHeight: 2, timestamp } as const;
  return connection.send({ type: "image", sequence: 1, metadata }, data);
}

describe("UploaderConnection", () => {
  it("calls handler.disconnect() once, at the first send that fails after the connection is lost", async () => {
    const { connection, handler, near, emit } = await open();
    expect(await send(connection)).toBe("sent");
    near.destroy(new Error("cut"));
    const outcomes = [send(connection), send(connection)];
    await expect(connection.transport({ type: "message", name: "a" })).rejects.toMatchObject({
      code: "ERR_IPC_CLOSED",
    });
    expect(await Promise.all(outcomes)).toEqual(["closed", "closed"]);
    expect(handler.disconnect).toHaveBeenCalledOnce();
    expect(await connection.closed).toMatchObject({ by: "peer", code: "lost" });
    expect(handler.disconnect).toHaveBeenCalledOnce();
    expect(emit).not.toHaveBeenCalled();
  });

  it("calls handler.receive() for messages that arrived before the peer closed, and then handler.disconnect()", async () => {
    const { connection, handler, peer } = await open();
    peer.send({ type: "credit", through: 2, consumed: 1 });
    await peer.close();
    expect(await connection.closed).toEqual({ by: "peer", code: "closed" });
    expect(handler.receive).toHaveBeenCalledExactlyOnceWith(
      { type: "credit", through: 2, consumed: 1 },
      undefined,
    );
    expect(handler.disconnect).toHaveBeenCalledOnce();
  });
});
