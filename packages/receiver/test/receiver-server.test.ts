import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IPCChannel } from "@broadcast-ipc/ipc-channel";
import type { ReceiverMessage } from "@broadcast-ipc/protocol";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { BroadcastReceiver } from "../src/index.ts";
import { HandUploader } from "./fixtures/hand-uploader.ts";

type Options = NonNullable<Parameters<typeof BroadcastReceiver.listen>[1]>;

/** Opens a server. `connect` connects an uploader to the server. All of them are closed at the end of the test. */
async function listening(options: Options = {}) {
  const directory = await mkdtemp(join(tmpdir(), "receiver-"));
  const path = join(directory, "socket");
  const server = await BroadcastReceiver.listen(path, options);
  onTestFinished(async () => {
    await server.close();
    await rm(directory, { recursive: true, force: true });
  });
  const connect = async (hello?: object): Promise<HandUploader> => {
    const channel = await IPCChannel.connect<ReceiverMessage, unknown>(path, { closeTimeout: 50 });
    onTestFinished(() => channel.close());
    if (hello) channel.send({ type: "hello", ...hello });
    return new HandUploader(channel);
  };
  return { server, path, connect };
}

/** Returns the next receiver, which is closed at the end of the test. */
async function next(receivers: AsyncIterator<BroadcastReceiver>): Promise<BroadcastReceiver> {
  const { done, value } = await receivers.next();
  if (done) throw new Error("no more receivers");
  onTestFinished(() => value.close());
  return value;
}

describe("BroadcastServer", () => {
  it("yields a receiver with the name and id of each uploader", async () => {
    const { server, connect } = await listening();
    await connect({ id: "1", name: "screen" });
    await connect({ id: "2" });
    const known = new Map<string | undefined, string | undefined>();
    for await (const { id, name } of server) if (known.set(id, name).size === 2) break;
    expect(known).toEqual(
      new Map([
        ["1", "screen"],
        ["2", undefined],
      ]),
    );
  });

  it("applies its options to each receiver, and passes each uploader's samples to its own receiver", async () => {
    const { server, connect } = await listening({ demand: { video: { maxFps: 5 }, audio: null } });
    const receivers = server.receivers();
    for (const id of ["1", "2"]) {
      const uploader = await connect({ id });
      const receiver = await next(receivers);
      expect(await uploader.next()).toEqual({ type: "demand", video: { maxFps: 5 }, audio: null });
      const start = once(receiver, "start");
      uploader.frames(Number(id));
      await start;
      expect((await receiver.samples().next()).value).toMatchObject({ timestamp: Number(id) });
    }
  });

  it("yields a new receiver with the same id for an uploader that reconnects", async () => {
    const { server, connect } = await listening();
    const receivers = server.receivers();
    const uploader = await connect({ id: "7", name: "camera" });
    const first = await next(receivers);
    await uploader.channel.close();
    await first.closed;
    await connect({ id: "7", name: "camera" });
    const second = await next(receivers);
    expect(second).not.toBe(first);
    expect([second.id, second.isClosed]).toEqual([first.id, false]);
  });

  it("sends no demand before receivers() yields the uploader, and skips an uploader that disconnected", async () => {
    const { server, connect } = await listening();
    const gone = await connect({ id: "gone" });
    const stays = await connect({ id: "stays" });
    await gone.channel.close();
    const receivers = server.receivers();
    expect((await next(receivers)).id).toBe("stays");
    expect(await stays.next()).toMatchObject({ type: "demand" });
    expect(await gone.next()).toBeUndefined();
  });

  it("lets each receiver claim its types right after it is yielded, without a schema", async () => {
    const { server, connect } = await listening({ messageSchemas: {} });
    const uploaders = await Promise.all(["1", "2"].map((id) => connect({ id })));
    const read: Promise<unknown>[] = [];
    for await (const receiver of server) {
      onTestFinished(() => receiver.close());
      const notices = receiver.messages({ types: ["page"] });
      read.push(notices.next().then(({ value }) => [receiver.id, value?.data]));
      if (read.length === 2) break;
    }
    for (const uploader of uploaders) {
      while ((await uploader.nextOfAny())?.type !== "message-credit");
      uploader.channel.send({ type: "message", name: "page", data: uploaders.indexOf(uploader) + 1 });
    }
    expect(new Map((await Promise.all(read)) as [string, number][])).toEqual(
      new Map([
        ["1", 1],
        ["2", 2],
      ]),
    );
  });

  it("yields an uploader that connects after another iterator was aborted or returned", async () => {
    const { server, connect } = await listening();
    const abort = new AbortController();
    const waiting = server.receivers({ signal: abort.signal }).next();
    await expect(server.receivers().next()).rejects.toMatchObject({ code: "ERR_IPC_BUSY" });
    abort.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
    const left = server.receivers();
    const next1 = left.next();
    await left.return?.();
    expect((await next1).done).toBe(true);
    await connect({ id: "1" });
    expect((await next(server.receivers())).id).toBe("1");
  });
});

describe("BroadcastServer with uploaders that send no hello", () => {
  it("refuses an uploader without a hello after handshakeTimeout, without delaying other uploaders", async () => {
    const refused: unknown[] = [];
    const { server, connect } = await listening({
      handshakeTimeout: 200,
      onRefused: (error) => refused.push(error),
    });
    const silent = await connect();
    const chatty = await connect();
    chatty.frames(1);
    chatty.channel.send({ type: "hello" });
    chatty.channel.send("nonsense");
    await connect({ id: "1" });
    expect((await next(server.receivers())).id).toBe("1");
    expect(await silent.next()).toBeUndefined();
    expect(await chatty.next()).toBeUndefined();
    expect(refused).toMatchObject([{ code: "ERR_IPC_TIMEOUT" }, { code: "ERR_IPC_TIMEOUT" }]);
    // The malformed message may have been meant as the hello, so the timeout error has the parse error as its cause.
    expect(refused[1]).toMatchObject({ cause: { code: "ERR_PROTOCOL_INVALID_MESSAGE" } });
  });

  it("emits one process warning without onRefused, and none for an uploader that disconnects", async () => {
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    onTestFinished(() => warned.mockRestore());
    const { connect } = await listening({ handshakeTimeout: 100 });
    const gone = await connect();
    await gone.channel.close();
    for (let count = 0; count < 2; count++) {
      const silent = await connect();
      expect(await silent.next()).toBeUndefined();
    }
    const warnings = warned.mock.calls.map(([, options]) => options);
    expect(warnings).toMatchObject([{ type: "BroadcastIPCWarning", code: "ERR_IPC_TIMEOUT" }]);
  });

  it("calls onRefused with ERR_IPC_CLOSED if the uploader disconnects", async () => {
    let refuse: (error: unknown) => void = () => {};
    const refused = new Promise((resolve) => {
      refuse = resolve;
    });
    const { connect } = await listening({ onRefused: (error) => refuse(error) });
    const silent = await connect();
    await silent.channel.close();
    expect(await refused).toMatchObject({ code: "ERR_IPC_CLOSED" });
  });

  it("refuses the oldest uploader without a hello when the 65th one connects", async () => {
    const refused: unknown[] = [];
    const { server, connect } = await listening({ onRefused: (error) => refused.push(error) });
    const oldest = await connect();
    await Promise.all(Array.from({ length: 64 }, () => connect()));
    expect(await oldest.next()).toBeUndefined();
    expect(refused).toMatchObject([{ code: "ERR_IPC_TIMEOUT" }]);
    await connect({ id: "honest" });
    expect((await next(server.receivers())).id).toBe("honest");
  });
});

describe("BroadcastServer with uploaders that disconnect", () => {
  it("frees the slot of an uploader that disconnects before receivers() yields that uploader", async () => {
    const refused: unknown[] = [];
    const { server, connect } = await listening({ onRefused: (error) => refused.push(error) });
    for (let count = 0; count < 70; count++) {
      const { channel } = await connect({ id: String(count) });
      channel.send({ type: "message-credit", messages: 1, bytes: 1 });
      await channel.close();
    }
    await connect({ id: "live" });
    expect((await next(server.receivers())).id).toBe("live");
    expect(refused).toEqual([]);
  });
});

describe("BroadcastServer.close()", () => {
  it("frees the path, ends receivers(), and closes uploaders that receivers() has not yielded", async () => {
    const refused: unknown[] = [];
    const { server, path, connect } = await listening({ onRefused: (error) => refused.push(error) });
    const receivers = server.receivers();
    const taken = await connect({ id: "taken" });
    const receiver = await next(receivers);
    const silent = await connect();
    // The server accepts uploaders in order. Once it yields "witness", it has also accepted the earlier, silent uploader.
    await connect({ id: "witness" });
    expect((await next(receivers)).id).toBe("witness");
    const untaken = await connect({ id: "untaken" });
    const waiting = silent.next();
    await Promise.all([server.close(), server.close()]);
    expect([await waiting, await untaken.next()]).toEqual([undefined, undefined]);
    expect((await server.receivers().next()).done).toBe(true);
    expect(receiver.isClosed).toBe(false);
    taken.frames(1);
    expect((await receiver.samples().next()).value).toMatchObject({ timestamp: 1 });
    expect(refused).toEqual([]);
    await expect(IPCChannel.connect(path, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      name: "TimeoutError",
    });
  });

  it("closes the server at the end of an `await using` block", async () => {
    const { server, connect } = await listening();
    const silent = await connect();
    {
      await using bound = server;
      expect(bound).toBe(server);
    }
    expect(await silent.next()).toBeUndefined();
  });
});

describe("BroadcastReceiver.listen()", () => {
  it("rejects an invalid option with a RangeError before it listens", async () => {
    const listen = (options: object) => BroadcastReceiver.listen("/no/such/directory", options as Options);
    await expect(listen({ decode: 1 })).rejects.toBeInstanceOf(RangeError);
    await expect(listen({ handshakeTimeout: -1 })).rejects.toBeInstanceOf(RangeError);
    await expect(listen({})).rejects.toMatchObject({ code: "ERR_IPC_PATH_INVALID" });
  });
});
