import { describe, expect, test } from "vitest";
import { linkedRoutes, noSharedMemory } from "./support/linked-routes.ts";

describe.skipIf(noSharedMemory)("SharedMemoryRoute", () => {
  test("hands a payload to the peer and gets its slot back", async () => {
    const { sender, receiver, settle } = linkedRoutes({ bytes: 2 ** 20, minPayloadBytes: 1 });
    expect(sender.store([new Uint8Array(10)], 10)).toBeUndefined();
    await settle();
    for (let index = 0; index < 100; index++) {
      const reference = sender.store([new Uint8Array(5000).fill(index), new Uint8Array(5)], 5005);
      const payload = receiver.load(reference as Uint8Array);
      expect([payload.length, payload.buffer.byteLength, payload[0], payload[4999], payload[5004]]).toEqual([
        5005,
        5005,
        index,
        index,
        0,
      ]);
      receiver.release(payload);
      expect(payload.length).toBe(0);
      await settle();
    }
    sender.close();
    receiver.close();
  });
});
