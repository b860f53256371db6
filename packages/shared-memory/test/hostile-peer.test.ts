import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { encodeReference } from "../src/route/reference.ts";
import { linkedRoutes, loneRoute, noSharedMemory } from "./support/linked-routes.ts";
import { descriptors, mappings } from "./support/process-state.ts";

const corrupt = expect.objectContaining({ name: "IPCChannelError", code: "ERR_IPC_CORRUPT_MESSAGE" });
const pages = 64;

/** A receiver with a mapped region of 64 pages. */
async function receiving() {
  const { sender, receiver, settle } = linkedRoutes({ bytes: pages * 4096, minPayloadBytes: 1 });
  sender.store([new Uint8Array(1)], 1);
  await settle();
  const load = (lease: number, page: number, length: number, region = 0) =>
    receiver.load(encodeReference({ region, lease, page, length }));
  const close = () => {
    sender.close();
    receiver.close();
  };
  return { sender, receiver, settle, load, close };
}

describe.skipIf(noSharedMemory)("SharedMemoryRoute with a hostile peer", () => {
  test("rejects references outside the region, to page 0, too large or empty", async () => {
    const { load, receiver, close } = await receiving();
    const references = [
      [0, 1],
      [pages, 1],
      [pages - 1, 4097],
      [1, pages * 4096],
      [1, 0],
      [1, 2 ** 20 + 1],
      [1, 0xffff_ffff],
      [0xffff_ffff, 1],
      [0xffff_ffff, 0xffff_ffff],
    ] as const;
    for (const [page, length] of references) expect(() => load(1, page, length)).toThrow(corrupt);
    expect(load(1, pages - 1, 4096).length).toBe(4096);
    expect(load(2, 1, (pages - 2) * 4096).length).toBe((pages - 2) * 4096);
    for (const length of [0, 1, 15, 17, 64]) {
      expect(() => receiver.load(new Uint8Array(length))).toThrow(corrupt);
    }
    expect(receiver.stats.received.messages).toBe(2);
    close();
  });

  test("rejects a reference that overlaps an outstanding payload, and an outstanding lease", async () => {
    const { load, receiver, close } = await receiving();
    const payload = load(7, 10, 3 * 4096);
    for (const [page, length] of [
      [10, 1],
      [12, 1],
      [9, 4097],
      [1, 40 * 4096],
      [11, 4096],
    ] as const) {
      expect(() => load(8, page, length)).toThrow(corrupt);
    }
    expect(() => load(7, 20, 1)).toThrow(corrupt);
    receiver.release(payload);
    expect(load(7, 11, 1).length).toBe(1);
    close();
  });

  test("rejects references to another region, or before a region was mapped", async () => {
    const { load, close } = await receiving();
    expect(() => load(1, 1, 1, 1)).toThrow(corrupt);
    close();
    expect(() => load(1, 1, 1)).toThrow(corrupt);
    const lone = loneRoute({}, () => {});
    expect(() => lone.load(encodeReference({ region: 0, lease: 0, page: 1, length: 1 }))).toThrow(corrupt);
    lone.close();
  });

  test("rejects a release of a lease that is not outstanding, and answers that nothing asks for", async () => {
    const { sender, receiver, settle, close } = await receiving();
    expect(() => sender.receive({ type: "release", leases: [0] })).toThrow(corrupt);
    receiver.release(receiver.load(sender.store([new Uint8Array(9)], 9) as Uint8Array));
    await settle();
    expect(() => sender.receive({ type: "release", leases: [0] })).toThrow(corrupt);
    expect(() => sender.receive({ type: "accepted", region: 0 })).toThrow(corrupt);
    expect(() => sender.receive({ type: "refused", region: 0, reason: "" })).toThrow(corrupt);
    expect(() => receiver.receive({ type: "accepted", region: 0 })).toThrow(corrupt);
    expect(() => receiver.receive({ type: "release", leases: [1] })).toThrow(corrupt);
    close();
    const lone = loneRoute({ bytes: 8192, minPayloadBytes: 1 }, () => {});
    lone.store([new Uint8Array(9)], 9);
    expect(() => lone.receive({ type: "accepted", region: 1 })).toThrow(corrupt);
    lone.close();
  });

  test("rejects a second region", async () => {
    const before = [descriptors(), mappings()];
    const { receiver, close } = await receiving();
    const announcement = {
      region: 0,
      pid: 1,
      fd: 0,
      device: 1,
      inode: 1,
      bytes: 8192,
      nonce: new Uint8Array(16),
    };
    expect(() => receiver.receive({ type: "region", ...announcement })).toThrow(corrupt);
    close();
    expect([descriptors(), mappings()]).toEqual(before);
  });

  const region = {
    type: "region",
    region: 0,
    pid: process.pid,
    fd: 0,
    device: 1,
    inode: 1,
    bytes: 8192,
    nonce: new Uint8Array(16),
  };
  const values = [
    undefined,
    null,
    "1",
    -1,
    1.5,
    Number.NaN,
    2 ** 53,
    -1n,
    2n ** 64n,
    true,
    [],
    {},
    new Uint8Array(15),
  ];
  const numbers = ["region", "pid", "fd", "bytes"];
  const headers = [
    ...[null, undefined, 1, "region", [], new Uint8Array(1), {}, { type: 1 }, { type: "regions" }],
    ...Object.keys(region).flatMap((key) => values.map((value) => ({ ...region, [key]: value }))),
    ...numbers.map((key) => ({ ...region, [key]: BigInt(8192) })),
    ...[4096, 8193, 0].map((bytes) => ({ ...region, bytes })),
    { ...region, pid: 0 },
    { ...region, fd: 2 ** 31 },
    { ...region, nonce: [..."0123456789abcdef"] },
    ...values.flatMap((value) => [
      { type: "accepted", region: value },
      { type: "refused", region: value, reason: "" },
      { type: "refused", region: 0, reason: value === "1" ? 1 : value },
      { type: "release", leases: Array.isArray(value) ? {} : value },
      { type: "release", leases: [value] },
    ]),
    { type: "release", leases: [2 ** 32] },
  ];

  test("rejects headers with a missing or invalid field", () => {
    const before = [descriptors(), mappings()];
    const route = loneRoute({ bytes: 8192, minPayloadBytes: 1 }, () => {});
    route.store([new Uint8Array(9)], 9);
    for (const header of headers) {
      expect(() => route.receive(header), inspect(header)).toThrow(corrupt);
    }
    route.close();
    expect([descriptors(), mappings()]).toEqual(before);
  });

  test("accepts device and inode numbers of 64 bits, and refuses a region of another file", () => {
    const sent: unknown[] = [];
    const route = loneRoute({}, (header) => sent.push(header));
    route.receive({ ...region, device: 2n ** 64n - 1n, inode: 2n ** 60n });
    expect(sent).toEqual([{ type: "refused", region: 0, reason: expect.any(String) }]);
    route.close();
  });

  test("cuts the reason of a refusal", () => {
    const route = loneRoute({ bytes: 8192, minPayloadBytes: 1 }, () => {});
    route.store([new Uint8Array(9)], 9);
    route.receive({ type: "refused", region: 0, reason: "x".repeat(10_000) });
    expect(route.stats.reason?.length).toBeLessThan(400);
    route.close();
  });
});
