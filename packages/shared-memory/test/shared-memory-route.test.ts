import { describe, expect, test } from "vitest";
import { collectGarbage } from "./support/collect-garbage.ts";
import { linkedRoutes, loneRoute, noSharedMemory } from "./support/linked-routes.ts";
import { descriptors, mappings } from "./support/process-state.ts";

const options = { bytes: 2 ** 20, minPayloadBytes: 1000 };

/** Two routes with an accepted region. */
async function accepted(...args: Parameters<typeof linkedRoutes>) {
  const linked = linkedRoutes(...args);
  const before = linked.sender.store([new Uint8Array(1000)], 1000);
  expect(before).toBeUndefined();
  await linked.settle();
  const send = (...parts: Uint8Array[]) => {
    const reference = linked.sender.store(
      parts,
      parts.reduce((sum, { length }) => sum + length, 0),
    );
    return reference && linked.receiver.load(reference);
  };
  const close = () => {
    linked.sender.close();
    linked.receiver.close();
  };
  return { ...linked, send, close };
}

describe.skipIf(noSharedMemory)("SharedMemoryRoute", () => {
  test("makes the region at the first payload of minPayloadBytes, closes its file once the peer has it, and unmaps it", async () => {
    const before = [descriptors(), mappings()];
    const { sender, receiver, settle, headers } = linkedRoutes(options);
    expect(sender.store([new Uint8Array(999)], 999)).toBeUndefined();
    expect(sender.allocate(999)).toBeUndefined();
    expect([descriptors(), mappings()]).toEqual(before);
    expect(sender.stats).toMatchObject({
      via: expect.stringMatching(/^shared memory \(/),
      reason: undefined,
    });
    expect(sender.store([new Uint8Array(1000)], 1000)).toBeUndefined();
    expect(sender.stats).toMatchObject({ via: "socket", reason: expect.stringContaining("not mapped") });
    await settle();
    expect(descriptors()).toBe(before[0]);
    // Each side has mapped the region.
    expect(mappings()).toBe((before[1] as number) + 2);
    expect(headers).toMatchObject([
      ["sender", { type: "region", pid: process.pid, bytes: 2 ** 20 }],
      ["receiver", { type: "accepted", region: 0 }],
    ]);
    sender.close();
    receiver.close();
    expect([descriptors(), mappings()]).toEqual(before);
  });

  test("sends no header inside a call, because the caller may be sending a message", async () => {
    const calls: Record<string, unknown>[] = [];
    const route = loneRoute(options, (header) => calls.push(header as Record<string, unknown>));
    route.store([new Uint8Array(1000)], 1000);
    route.allocate(1000);
    expect(calls).toEqual([]);
    await Promise.resolve();
    expect(calls).toMatchObject([{ type: "region" }]);
    route.close();
    const closed = loneRoute(options, (header) => calls.push(header as Record<string, unknown>));
    closed.store([new Uint8Array(1000)], 1000);
    closed.close();
    await Promise.resolve();
    expect(calls).toHaveLength(1);
  });

  test("hands payloads to the peer and uses their slots again", async () => {
    const { send, receiver, settle, headers, close } = await accepted(options);
    for (let index = 0; index < 300; index++) {
      const payload = send(new Uint8Array(200_000).fill(index), new Uint8Array(5)) as Uint8Array;
      expect([payload.length, payload.byteOffset, payload.buffer.byteLength]).toEqual([200_005, 0, 200_005]);
      expect([payload[0], payload[199_999], payload[200_004]]).toEqual([index & 0xff, index & 0xff, 0]);
      receiver.release(payload);
      expect(payload.length).toBe(0);
      receiver.release(payload);
      await settle();
    }
    expect(headers.at(-1)).toEqual(["receiver", { type: "release", leases: [299] }]);
    close();
  });

  test("releases the payloads of one turn with one header", async () => {
    const { send, receiver, settle, headers, close } = await accepted({ ...options, slots: 200 });
    const payloads = Array.from({ length: 150 }, () => send(new Uint8Array(1000)) as Uint8Array);
    headers.length = 0;
    for (const payload of payloads) receiver.release(payload);
    await settle();
    const lengths = headers.map(([, { leases }]) => (leases as number[]).length);
    expect(lengths).toEqual([128, 22]);
    close();
  });

  test("counts payloads, bytes, and payloads for which there is no slot", async () => {
    const { send, sender, receiver, settle, close } = await accepted({ ...options, slots: 2 });
    const payloads = [send(new Uint8Array(1000)), send(new Uint8Array(2000)), send(new Uint8Array(1000))];
    expect(payloads.map((payload) => payload?.length)).toEqual([1000, 2000, undefined]);
    expect(send(new Uint8Array(2 ** 20))).toBeUndefined();
    const sent = { messages: 2, bytes: 3000 };
    expect(sender.stats).toMatchObject({
      sent,
      received: { messages: 0, bytes: 0 },
      fallbacks: 2,
      reason: undefined,
    });
    expect(receiver.stats).toMatchObject({ received: sent, sent: { messages: 0, bytes: 0 }, fallbacks: 0 });
    receiver.release(payloads[0] as Uint8Array);
    await settle();
    expect(send(new Uint8Array(1000))).toBeDefined();
    close();
  });

  test("sends allocated memory without a copy, and uses it again when both sides are done", async () => {
    const { send, sender, receiver, settle, close } = await accepted({ ...options, slots: 1 });
    const memory = sender.allocate(5000);
    if (memory === undefined) throw new Error("no memory");
    expect([memory.length, memory.byteOffset, memory.buffer.byteLength]).toEqual([5000, 0, 5000]);
    expect(sender.allocate(5000)).toBeUndefined();
    memory[17] = 3;
    const payload = send(memory) as Uint8Array;
    expect(payload[17]).toBe(3);
    memory[17] = 4;
    expect(payload[17]).toBe(4);
    memory[Symbol.dispose]();
    memory[Symbol.dispose]();
    expect([memory.length, payload[17]]).toEqual([0, 4]);
    expect(sender.allocate(5000)).toBeUndefined();
    receiver.release(payload);
    await settle();
    expect(sender.allocate(5000)?.length).toBe(5000);
    close();
  });

  test("sends a part of allocated memory in place only from its start", async () => {
    const { send, sender, receiver, settle, close } = await accepted(options);
    const memory = sender.allocate(9000) as Uint8Array & Disposable;
    const start = send(memory.subarray(0, 4000)) as Uint8Array;
    memory[0] = 1;
    expect([start.length, start[0]]).toEqual([4000, 1]);
    receiver.release(start);
    await settle();
    const rest = send(memory.subarray(4096)) as Uint8Array;
    memory[4096] = 1;
    expect([rest.length, rest[0]]).toEqual([4904, 0]);
    close();
  });

  test("copies allocated memory that the peer still has, and memory of another connection", async () => {
    const [one, other] = [await accepted(options), await accepted(options)];
    const memory = one.sender.allocate(5000) as Uint8Array & Disposable;
    const payloads = [one.send(memory), one.send(memory), other.send(memory)] as Uint8Array[];
    memory[0] = 9;
    expect(payloads.map((payload) => payload[0])).toEqual([9, 0, 0]);
    one.close();
    other.close();
  });

  test("keeps allocated memory readable for the sender after it was sent, and frees it when it is collected", async () => {
    const { send, sender, receiver, settle, close } = await accepted({ ...options, slots: 1 });
    let memory: Uint8Array | undefined = sender.allocate(5000)?.fill(6);
    receiver.release(send(memory as Uint8Array) as Uint8Array);
    await settle();
    expect(memory?.[4999]).toBe(6);
    memory = undefined;
    await collectGarbage();
    expect(sender.allocate(5000)).toBeDefined();
    close();
  });

  test("allocates before the peer has mapped the region", async () => {
    const { sender, receiver, settle } = linkedRoutes(options);
    const memory = sender.allocate(5000) as Uint8Array & Disposable;
    expect(sender.store([memory], 5000)).toBeUndefined();
    await settle();
    expect(receiver.load(sender.store([memory], 5000) as Uint8Array).length).toBe(5000);
    sender.close();
    receiver.close();
  });

  test("gives the slot of a dropped payload back", async () => {
    const { send, settle, close } = await accepted({ ...options, slots: 1 });
    send(new Uint8Array(1000));
    await settle();
    expect(send(new Uint8Array(1000))).toBeUndefined();
    await collectGarbage();
    await settle();
    expect(send(new Uint8Array(1000))).toBeDefined();
    close();
  });

  test("hands out private copies with copy: true, and gives the slot back at once", async () => {
    const { send, receiver, settle, headers, close } = await accepted(
      { ...options, slots: 1 },
      { ...options, copy: true },
    );
    const payloads: Uint8Array[] = [];
    for (let index = 0; index < 5; index++) {
      payloads.push(send(new Uint8Array(100_000).fill(index)) as Uint8Array);
      await settle();
    }
    expect(payloads.map((payload) => [payload.length, payload[99_999]])).toEqual(
      [0, 1, 2, 3, 4].map((index) => [100_000, index]),
    );
    expect(headers.filter(([, { type }]) => type === "release")).toHaveLength(5);
    for (const payload of payloads) receiver.release(payload);
    expect(payloads.map(({ length }) => length)).toEqual([0, 0, 0, 0, 0]);
    close();
  });

  test("keeps payloads and allocated memory readable after the end, and stores and loads nothing more", async () => {
    const before = mappings();
    const { send, sender, receiver, settle, close } = await accepted(options);
    const payload = send(new Uint8Array(1000).fill(1)) as Uint8Array;
    const memory = sender.allocate(1000)?.fill(2) as Uint8Array & Disposable;
    const reference = sender.store([new Uint8Array(1000)], 1000) as Uint8Array;
    close();
    expect([payload[999], memory[999]]).toEqual([1, 2]);
    expect(sender.store([memory], 1000)).toBeUndefined();
    expect(sender.allocate(1000)).toBeUndefined();
    expect(() => receiver.load(reference)).toThrow(
      expect.objectContaining({ code: "ERR_IPC_CORRUPT_MESSAGE" }),
    );
    expect(mappings()).toBe(before + 2);
    receiver.release(payload);
    memory[Symbol.dispose]();
    await settle();
    expect(mappings()).toBe(before);
  });

  test("carries payloads in both directions", async () => {
    const { sender, receiver, settle, close } = await accepted(options);
    receiver.store([new Uint8Array(1000)], 1000);
    await settle();
    const reference = receiver.store([new Uint8Array(1000).fill(8)], 1000) as Uint8Array;
    expect(sender.load(reference)[999]).toBe(8);
    close();
  });

  test("sends everything through the socket if the region cannot be made, and says why", async () => {
    const before = [descriptors(), mappings()];
    const { sender, headers } = linkedRoutes({ ...options, bytes: 2 ** 50 });
    expect(sender.store([new Uint8Array(1000)], 1000)).toBeUndefined();
    expect(sender.allocate(1000)).toBeUndefined();
    expect(sender.stats).toMatchObject({
      via: "socket",
      reason: expect.stringContaining("1 PiB does not fit"),
    });
    expect([headers, descriptors(), mappings()]).toEqual([[], ...before]);
    sender.close();
  });

  test("sends everything through the socket if the peer refuses the region, and says why", async () => {
    const before = [descriptors(), mappings()];
    const sender = loneRoute(options, () => {});
    const memory = sender.allocate(1000)?.fill(5) as Uint8Array & Disposable;
    sender.receive({ type: "refused", region: 0, reason: "no\nway" });
    expect(sender.stats).toMatchObject({ via: "socket", reason: expect.stringContaining("no way") });
    expect(sender.store([memory], 1000)).toBeUndefined();
    expect([memory[999], sender.allocate(1000)]).toEqual([5, undefined]);
    memory[Symbol.dispose]();
    sender.close();
    expect([descriptors(), mappings()]).toEqual(before);
  });

  test("ignores headers after the end", async () => {
    const before = mappings();
    const { sender, receiver, settle } = linkedRoutes(options);
    sender.allocate(1000)?.[Symbol.dispose]();
    receiver.close();
    await settle();
    sender.close();
    sender.receive({ type: "nonsense" });
    expect(mappings()).toBe(before);
  });

  test("refuses a region that is gone, and says why", async () => {
    const { sender, receiver, settle } = linkedRoutes(options);
    sender.allocate(1000);
    await Promise.resolve();
    sender.close();
    await settle();
    expect(receiver.stats).toMatchObject({ via: "socket", reason: expect.stringContaining("ENOENT") });
    receiver.close();
  });
});
