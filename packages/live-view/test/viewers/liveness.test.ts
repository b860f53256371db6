import type { Duplex } from "node:stream";
import { expect, test } from "vitest";
import { Liveness } from "../../src/viewers/liveness.ts";

/** A socket of which the peer has taken `taken` bytes and `waiting` bytes wait. */
function open() {
  const stream = { bytesWritten: 0, writableLength: 0, _handle: { writeQueueSize: 0 } };
  return { stream, liveness: new Liveness(stream as unknown as Duplex) };
}

test("sends a ping at each check while pongs arrive", () => {
  const { liveness } = open();
  for (let check = 0; check < 10; check++) {
    const ping = liveness.check();
    expect(ping).toBeInstanceOf(Buffer);
    liveness.note(ping as Buffer);
  }
});

test('returns "dead" after two checks without a pong, and sends only one ping', () => {
  const { liveness, stream } = open();
  expect(liveness.check()).toBeInstanceOf(Buffer);
  // The kernel takes bytes without the peer.
  stream.bytesWritten = 1_000;
  expect(liveness.check()).toBe("alive");
  stream.bytesWritten = 2_000;
  expect(liveness.check()).toBe("dead");
});

test("ignores a pong that does not repeat the ping", () => {
  const { liveness } = open();
  liveness.check();
  liveness.note(Buffer.alloc(8));
  expect(liveness.check()).toBe("alive");
  liveness.note(Buffer.alloc(0));
  expect(liveness.check()).toBe("dead");
});

test("counts bytes that waited and were taken as a sign that the peer is alive", () => {
  const { liveness, stream } = open();
  liveness.check();
  Object.assign(stream, { bytesWritten: 1_000_000, writableLength: 1_000_000 });
  stream._handle.writeQueueSize = 900_000;
  liveness.check();
  for (let check = 0; check < 10; check++) {
    stream._handle.writeQueueSize -= 50_000;
    expect(liveness.check()).toBe("alive");
  }
  expect(liveness.check()).toBe("alive");
  expect(liveness.check()).toBe("dead");
});

test("counts completed writes as a sign that the peer is alive if the stream has no byte counters", () => {
  const stream = { bytesWritten: 100, writableLength: 100 };
  const liveness = new Liveness(stream as unknown as Duplex);
  liveness.check();
  liveness.check();
  Object.assign(stream, { bytesWritten: 300, writableLength: 100 });
  expect(liveness.check()).toBe("alive");
  expect(liveness.check()).toBe("alive");
  expect(liveness.check()).toBe("dead");
});
