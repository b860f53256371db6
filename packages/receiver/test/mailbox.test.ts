import { describe, expect, it } from "vitest";
import { connected, type HandUploader } from "./fixtures/hand-uploader.ts";

/** Grants the receiver credit for its messages. */
function grant(peer: HandUploader, messages = 1000): void {
  peer.channel.send({ type: "message-credit", messages, bytes: 2 ** 30 });
}

async function sentBy(peer: HandUploader): Promise<unknown> {
  for (;;) {
    const message = await peer.next();
    if (message === undefined || message.type === "message") return message;
  }
}

describe("BroadcastReceiver.send()", () => {
  it("waits for credit of the uploader, and keeps the order of messages", async () => {
    const { receiver, peer, isProcessed } = await connected();
    let isSent = false;
    const sent = receiver.send("click", { x: 1 }).then(() => {
      isSent = true;
    });
    receiver.send("scroll");
    await isProcessed();
    expect(isSent).toBe(false);
    grant(peer);
    await sent;
    expect(await sentBy(peer)).toEqual({ type: "message", name: "click", data: { x: 1 } });
    expect(await sentBy(peer)).toEqual({ type: "message", name: "scroll" });
  });

  it("lets timers run while a loop awaits send(), whether send() resolves or rejects", async () => {
    const { receiver, peer } = await connected();
    grant(peer, 1e9);
    const reading = (async () => {
      while ((await peer.next()) !== undefined);
    })();
    const sends = [
      () => receiver.send("a"),
      () => receiver.send(5 as never),
      () => receiver.send("b", 2n ** 70n),
    ];
    for (const send of [...sends, ...sends]) {
      let hasRun = false;
      setTimeout(() => {
        hasRun = true;
      }, 1);
      const start = performance.now();
      while (!hasRun && performance.now() - start < 5000) await send().catch(() => {});
      expect(hasRun).toBe(true);
      if (send === sends.at(-1)) await receiver.close();
    }
    await reading;
  });

  it("sends the payload of a message", async () => {
    const { receiver, peer } = await connected();
    grant(peer);
    receiver.send("file", "name.txt", Uint8Array.of(1, 2, 3));
    for await (const { header, payload } of peer.channel) {
      if (header.type !== "message") continue;
      expect([header, payload]).toEqual([
        { type: "message", name: "file", data: "name.txt" },
        Uint8Array.of(1, 2, 3),
      ]);
      break;
    }
  });

  it("rejects an invalid message with a TypeError and sends the next message", async () => {
    const { receiver, peer } = await connected();
    grant(peer);
    await expect(receiver.send(5 as never)).rejects.toBeInstanceOf(TypeError);
    await expect(receiver.send("text", null, "no bytes" as never)).rejects.toBeInstanceOf(TypeError);
    await receiver.send("fine");
    expect(await sentBy(peer)).toMatchObject({ name: "fine" });
  });

  it.each<[string, (pair: Awaited<ReturnType<typeof connected>>) => unknown]>([
    ["close()", ({ receiver }) => receiver.close()],
    ["the uploader's close()", ({ peer }) => peer.channel.close()],
    ["invalid bytes of the uploader", ({ far }) => far.write(Buffer.alloc(64, 0xab))],
  ])("rejects waiting and later messages with ERR_IPC_CLOSED after %s", async (_, end) => {
    const pair = await connected();
    const waiting = pair.receiver.send("never");
    const messages = pair.receiver.messages().next();
    end(pair);
    await expect(waiting).rejects.toMatchObject({ name: "IPCChannelError", code: "ERR_IPC_CLOSED" });
    await expect(pair.receiver.send("later")).rejects.toMatchObject({ code: "ERR_IPC_CLOSED" });
    expect(await messages).toEqual({ done: true, value: undefined });
  });
});

describe("BroadcastReceiver.messages()", () => {
  it("yields messages in order while a sample waits", async () => {
    const { receiver, peer, isProcessed } = await connected();
    peer.frames(1);
    peer.channel.send({ type: "message", name: "title", data: "a page" });
    peer.channel.send({ type: "message", name: "icon" }, Uint8Array.of(7));
    await isProcessed();
    expect(receiver.stats().messages).toEqual({ pending: 2 });
    const seen: unknown[] = [];
    for await (const message of receiver.messages()) if (seen.push(message) === 2) break;
    expect(seen).toEqual([
      { type: "title", data: "a page", payload: undefined },
      { type: "icon", data: undefined, payload: Uint8Array.of(7) },
    ]);
    expect(receiver.stats()).toMatchObject({ messages: { pending: 0 }, video: { pending: 1 } });
  });

  it("drops messages without credit, and grants more credit when messages are consumed", async () => {
    const { receiver, peer, failures, isProcessed } = await connected();
    const granted = async () => {
      for (;;) {
        const message = await peer.nextOfAny();
        if (message?.type === "message-credit") return message.messages;
      }
    };
    const first = await granted();
    for (let index = 0; index <= first; index++) {
      peer.channel.send({ type: "message", name: "tick", data: index });
    }
    await isProcessed();
    expect(failures).toMatchObject([{ code: "ERR_PROTOCOL_NO_CREDIT" }]);
    expect(receiver.stats().messages.pending).toBe(first);
    let taken = 0;
    for await (const { data } of receiver.messages()) {
      expect(data).toBe(taken++);
      if (taken === first) break;
    }
    expect(await granted()).toBeGreaterThan(first);
  });

  it("yields the messages that arrived before the uploader closed, and then ends", async () => {
    const { receiver, peer } = await connected();
    peer.channel.send({ type: "message", name: "last" });
    await peer.channel.close();
    await receiver.closed;
    const seen: string[] = [];
    for await (const { type } of receiver.messages()) seen.push(type);
    expect(seen).toEqual(["last"]);
  });

  it("yields messages of claimed types to their reader only, and counts them as pending", async () => {
    const { receiver, peer, isProcessed } = await connected();
    peer.channel.send({ type: "message", name: "page", data: 1 });
    peer.channel.send({ type: "message", name: "title", data: 2 });
    await isProcessed();
    const notices = receiver.messages({ types: ["page"] });
    peer.channel.send({ type: "message", name: "page", data: 3 });
    await peer.channel.close();
    await receiver.closed;
    expect(receiver.stats().messages).toEqual({ pending: 3 });
    const read = async (messages: AsyncIterable<{ readonly data: unknown }>) => {
      const seen: unknown[] = [];
      for await (const { data } of messages) seen.push(data);
      return seen;
    };
    expect([await read(receiver.messages()), await read(notices)]).toEqual([[2], [1, 3]]);
    expect(() => receiver.messages({ types: [] })).toThrow(RangeError);
  });

  it("drops waiting messages on close()", async () => {
    const { receiver, peer, isProcessed } = await connected();
    peer.channel.send({ type: "message", name: "late" });
    peer.channel.send({ type: "message", name: "claimed" });
    await isProcessed();
    const claimed = receiver.messages({ types: ["claimed"] });
    await receiver.close();
    expect(await claimed.next()).toEqual({ done: true, value: undefined });
    expect(await receiver.messages().next()).toEqual({ done: true, value: undefined });
    expect(receiver.stats().messages).toEqual({ pending: 0 });
  });

  it("rejects with the signal's reason on abort, and with ERR_IPC_BUSY while another iterator waits", async () => {
    const { receiver, peer } = await connected();
    const abort = new AbortController();
    const waiting = receiver.messages({ signal: abort.signal }).next();
    await expect(receiver.messages().next()).rejects.toMatchObject({ code: "ERR_IPC_BUSY" });
    abort.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
    peer.channel.send({ type: "message", name: "kept" });
    expect((await receiver.messages().next()).value).toMatchObject({ type: "kept" });
  });
});
