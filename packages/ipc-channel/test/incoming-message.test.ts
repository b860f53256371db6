import { expect, test } from "vitest";
import { frameKind } from "../src/frame.ts";
import { IncomingMessage } from "../src/incoming-message.ts";
import { PayloadPool } from "../src/payload-pool.ts";

const large = 1 << 20;

function message(payload: Uint8Array | undefined, pool = new PayloadPool()): IncomingMessage<unknown> {
  return new IncomingMessage({ kind: frameKind.message, header: "header", payload, bytes: 100 }, pool);
}

test("a disposed message's payload is empty, and its memory is in the pool", () => {
  const pool = new PayloadPool();
  const disposed = message(pool.take(large).fill(5), pool);
  disposed[Symbol.dispose]();
  expect(disposed.payload).toHaveLength(0);
  expect([disposed.header, disposed.bytes]).toEqual(["header", 100]);
  expect(pool.take(large)[0]).toBe(5);
});

test("dispose twice, without a payload, with an empty one, a small one, or one that was moved is harmless", () => {
  const moved = new Uint8Array(large).fill(6);
  const messages = [undefined, new Uint8Array(0), Uint8Array.of(1), new Uint8Array(large), moved].map(
    (payload) => message(payload),
  );
  const elsewhere = structuredClone(moved, { transfer: [moved.buffer] });
  for (let round = 0; round < 2; round++) for (const each of messages) each[Symbol.dispose]();
  expect(messages.map(({ payload }) => payload?.length)).toEqual([undefined, 0, 1, 0, 0]);
  expect(elsewhere.at(-1)).toBe(6);
});

test("a payload that the consumer keeps is not touched by those that come later", () => {
  const pool = new PayloadPool();
  const kept = message(pool.take(large).fill(1), pool);
  const disposed = message(pool.take(large).fill(2), pool);
  disposed[Symbol.dispose]();
  pool.take(large).fill(3);
  pool.take(large).fill(4);
  expect(kept.payload?.every((byte) => byte === 1)).toBe(true);
});
