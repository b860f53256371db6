import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import type { WebSocket } from "ws";
import { FakeScheduler } from "../../../../tests/support/fake-scheduler.ts";
import { ViewerSocket } from "../../src/viewers/viewer-socket.ts";

/** A WebSocket whose peer takes texts when the test says so. */
class FakeWebSocket extends EventEmitter {
  readonly sent: string[] = [];
  readonly waiting: (() => void)[] = [];
  isPaused = false;

  send(text: string, onFlushed: () => void): void {
    this.sent.push(text);
    this.waiting.push(onFlushed);
  }

  take(): void {
    for (const flush of this.waiting.splice(0)) flush();
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }
}

function open() {
  const peer = new FakeWebSocket();
  const scheduler = new FakeScheduler();
  const received: string[] = [];
  const socket = new ViewerSocket(peer as unknown as WebSocket, new PassThrough(), {
    scheduler,
    onMessage: (text) => received.push(text),
    onClosed: () => {},
  });
  return { peer, scheduler, received, socket };
}

const large = "x".repeat(200_000);

test("drops texts while 256 KiB wait, and sends one longer text alone", () => {
  const { peer, socket } = open();
  expect([socket.sendText(large), socket.sendText(large), socket.sendText("small")]).toEqual([
    true,
    false,
    true,
  ]);
  peer.take();
  expect([socket.sendText(large.repeat(5)), socket.sendText("small")]).toEqual([true, false]);
});

test("keeps the last state of each name while texts wait, and sends them in order", () => {
  const { peer, socket } = open();
  socket.sendText(large.repeat(2));
  socket.sendState("control", "control 1");
  socket.sendState("silence", "interrupted");
  socket.sendState("control", "control 2");
  expect(peer.sent).toHaveLength(1);
  peer.take();
  expect(peer.sent.slice(1)).toEqual(["control 2", "interrupted"]);
});

test("drops the oldest states if more than a megabyte of them waits", () => {
  const { peer, socket } = open();
  socket.sendText(large.repeat(2));
  for (let id = 0; id < 100; id++) socket.sendState(`open ${id}`, `${id} ${large}`);
  for (let turn = 0; turn < 100; turn++) peer.take();
  expect(peer.sent.slice(1).map((text) => text.split(" ", 1)[0])).toEqual(["95", "96", "97", "98", "99"]);
});

test("reads no more than a thousand messages at once, and 500 a second", () => {
  const { peer, scheduler, received } = open();
  const flood = () => {
    while (!peer.isPaused) peer.emit("message", Buffer.from("{}"), false);
  };
  flood();
  expect(received.length).toBeGreaterThan(990);
  expect(received.length).toBeLessThanOrEqual(1_000);
  for (let time = 0; time < 1_000; time += 10) {
    scheduler.advance(10);
    flood();
  }
  expect(received.length).toBeGreaterThan(1_450);
  expect(received.length).toBeLessThan(1_550);
});

test("counts a long message as one for each KiB", () => {
  const { peer, received } = open();
  while (!peer.isPaused) peer.emit("message", Buffer.alloc(100 * 1_024), false);
  expect(received).toHaveLength(10);
});

test("keeps a state in little time while thousands of others wait", () => {
  const { peer, socket } = open();
  socket.sendText(large.repeat(2));
  const keep = (count: number, name: string) => {
    for (let index = 0; index < count; index++) socket.sendState(`${name} ${index}`, "x".repeat(60));
  };
  keep(15_000, "early");
  const start = performance.now();
  keep(2_000, "late");
  expect(performance.now() - start).toBeLessThan(300);
  peer.take();
});
