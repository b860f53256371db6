import { expect, test } from "vitest";
import { Batch } from "../src/batch.ts";
import { IPCChannelError } from "../src/ipc-channel-error.ts";

test("a batch takes frames up to 64 KiB, and the first one whatever its size", () => {
  const batch = new Batch();
  expect([batch.hasRoomFor(100 << 20), batch.isFull]).toEqual([true, false]);
  batch.bytes = 50_000;
  expect([batch.hasRoomFor(15_536), batch.hasRoomFor(15_537), batch.isFull]).toEqual([true, false, false]);
  batch.bytes = 61_440;
  expect(batch.isFull).toBe(true);
});

test("all who wait for a batch are told together, and nobody has to", async () => {
  const written = new Batch();
  written.resolve();
  expect(await written.written).toBeUndefined();
  const error = new IPCChannelError("ERR_IPC_CLOSED", "gone");
  const [waited, alone] = [new Batch(), new Batch()];
  for (const batch of [waited, alone]) batch.reject(error);
  await expect(waited.written).rejects.toBe(error);
});

test("a batch is whole as long as no memory of its chunks is transferred", () => {
  const batch = new Batch();
  const chunk = new Uint8Array(3);
  batch.chunks.push(new Uint8Array(2), chunk);
  batch.bytes = 5;
  expect(batch.isWhole).toBe(true);
  structuredClone(chunk, { transfer: [chunk.buffer] });
  expect(batch.isWhole).toBe(false);
});
