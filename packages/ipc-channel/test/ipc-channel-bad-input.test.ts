import { describe, expect, test } from "vitest";
import { frameKind } from "../src/wire/frame.ts";
import { facingRaw, socketPair } from "./support/channel-pair.ts";
import { frameBytes } from "./support/raw-peer.ts";

const closedError = { code: "ERR_IPC_CLOSED" };

describe("IPCChannel", () => {
  test.each([
    ["junk", Buffer.from("this is no frame at all"), "ERR_IPC_CORRUPT_MESSAGE"],
    [
      "an undecodable header",
      Buffer.from("49504301020000000100000000000000c1", "hex"),
      "ERR_IPC_CORRUPT_MESSAGE",
    ],
    ["a second hello", frameBytes(frameKind.hello, {}), "ERR_IPC_CORRUPT_MESSAGE"],
    ["a proof after the handshake", frameBytes(frameKind.proof, {}), "ERR_IPC_CORRUPT_MESSAGE"],
    ["another version", Buffer.from("49504307020000000100000000000000c0", "hex"), "ERR_IPC_VERSION"],
    [
      "an oversize header",
      Buffer.from("495043010200000000ffffff00000000", "hex"),
      "ERR_IPC_MESSAGE_TOO_LARGE",
    ],
    [
      "an oversize payload",
      Buffer.from("495043010201000001000000ffffffff", "hex"),
      "ERR_IPC_MESSAGE_TOO_LARGE",
    ],
  ])(
    "ends with one IPCChannelError and a goodbye after %s, and allocates no payload",
    async (_, bytes, code) => {
      const [bystander] = await socketPair();
      const { channel, peer } = await facingRaw();
      peer.send(frameKind.message, "before");
      const before = process.memoryUsage().arrayBuffers;
      peer.write(bytes);
      const messages = channel.messages();
      expect((await messages.next()).value?.header).toBe("before");
      await expect(messages.next()).rejects.toMatchObject({ code });
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 << 20);
      expect((await messages.next()).done).toBe(true);
      expect(await channel.closed).toMatchObject({ by: "us", code: "error", error: { code } });
      await expect(channel.send(1)).rejects.toMatchObject(closedError);
      expect(await peer.goodbye()).toBe(code);
      expect(bystander.isClosed).toBe(false);
    },
  );

  test('closes with code "lost" and ERR_IPC_TRUNCATED_MESSAGE if the stream ends inside a prefix, a header or a payload', async () => {
    const bytes = frameBytes(frameKind.message, { a: 1 }, new Uint8Array(50));
    for (const length of [3, 18, 40]) {
      const { channel, peer } = await facingRaw();
      peer.socket.end(bytes.subarray(0, length));
      const messages = channel.messages();
      await expect(messages.next()).rejects.toMatchObject({ code: "ERR_IPC_TRUNCATED_MESSAGE" });
      expect((await messages.next()).done).toBe(true);
      expect(await channel.closed).toMatchObject({
        by: "peer",
        code: "lost",
        error: { code: "ERR_IPC_TRUNCATED_MESSAGE" },
      });
    }
  });

  test('ends the iteration without an error and closes with code "lost" if the stream ends between two messages', async () => {
    const { channel, peer } = await facingRaw();
    peer.send(frameKind.message, "last");
    peer.socket.end();
    const messages = channel.messages();
    expect((await messages.next()).value?.header).toBe("last");
    expect((await messages.next()).done).toBe(true);
    expect(await channel.closed).toMatchObject({ by: "peer", code: "lost" });
  });

  test("does not deliver an alive frame as a message", async () => {
    const { channel, peer } = await facingRaw();
    peer.write(Buffer.from("49504301030000000000000000000000", "hex"));
    peer.send(frameKind.message, "after");
    expect((await channel.messages().next()).value?.header).toBe("after");
  });

  test("closes with the error code of a goodbye, and rejects next() once with that error after the messages", async () => {
    for (const code of ["ERR_IPC_MESSAGE_TOO_LARGE", "ERR_IPC_CORRUPT_MESSAGE", "ERR_IPC_RESOURCES"]) {
      const { channel, peer } = await facingRaw();
      peer.send(frameKind.message, "before");
      peer.send(frameKind.goodbye, { code });
      const messages = channel.messages();
      expect((await messages.next()).value?.header).toBe("before");
      await expect(messages.next()).rejects.toMatchObject({ code });
      expect((await messages.next()).done).toBe(true);
      expect(await channel.closed).toMatchObject({ by: "peer", code: "error", error: { code } });
    }
  });

  test("ends the messages without an error after a goodbye without a code or with an unknown code", async () => {
    for (const header of [{ code: "closed" }, { code: "ERR_IPC_TOMORROW" }, {}, null]) {
      const { channel, peer } = await facingRaw();
      peer.send(frameKind.goodbye, header);
      expect((await channel.messages().next()).done).toBe(true);
      expect(await channel.closed).toEqual({ by: "peer", code: "closed" });
    }
  });
});
