import type { InputMessage } from "@broadcast-ipc/protocol";
import { expect, test } from "vitest";
import { FakeScheduler } from "../../../../tests/support/fake-scheduler.ts";
import { InputRelay } from "../../src/sink/input-relay.ts";
import { key, move } from "../fixtures/inputs.ts";

/** A capture process that accepts inputs only when the test says so. */
function open() {
  const scheduler = new FakeScheduler();
  const relay = new InputRelay(scheduler);
  const sent: InputMessage[] = [];
  const waiting: (() => void)[] = [];
  const send = (input: InputMessage) => {
    sent.push(input);
    return new Promise<void>((resolve) => waiting.push(resolve));
  };
  const takeOne = async () => {
    waiting.shift()?.();
    await Promise.resolve();
    await Promise.resolve();
  };
  return { scheduler, relay, sent, send, takeOne };
}

const of = (viewer: string) => (input: InputMessage) => input.viewer === viewer;

test("sends a viewer's input after at most one input of a viewer that floods", async () => {
  const { relay, sent, send, takeOne, scheduler } = open();
  relay.connect(send);
  for (let index = 0; index < 10_000; index++) relay.push("flood", key("down", `k${index % 7}`));
  expect(sent).toHaveLength(4);
  relay.push("honest", key("down", "k"));
  relay.push("honest", key("up", "k"));
  for (let turn = 0; turn < 4; turn++) await takeOne();
  expect(sent.slice(4).filter(of("honest"))).toHaveLength(2);
  for (let turn = 0; turn < 1_000; turn++) {
    scheduler.advance(10);
    await takeOne();
  }
  expect(sent.filter(of("flood")).length).toBeLessThan(300);
  expect(relay.counts).toEqual({ sent: sent.length, dropped: 10_002 - sent.length });
});

test("sends moves of one viewer at least 8 ms apart, each the newest, and keys at once", async () => {
  const { relay, sent, send, takeOne, scheduler } = open();
  relay.connect(send);
  for (let time = 0; time < 40; time++) {
    relay.push("a", move(time / 100));
    scheduler.advance(1);
    await takeOne();
  }
  expect(sent.map((input) => ("x" in input ? input.x : undefined))).toEqual([
    0, 0.07, 0.15, 0.23, 0.31, 0.39,
  ]);
  relay.push("a", move(0.9));
  expect(sent).toHaveLength(6);
  relay.push("a", key("down", "a"));
  expect(sent.slice(6)).toEqual([
    { ...move(0.9), viewer: "a" },
    { ...key("down", "a"), viewer: "a" },
  ]);
});

test("releases what a viewer holds, and nothing for a viewer that sent no input", async () => {
  const { relay, sent, send } = open();
  relay.connect(send);
  relay.release("watcher");
  relay.push("a", key("down", "Control"));
  relay.release("a");
  relay.release("a");
  expect(sent).toEqual([
    { ...key("down", "Control"), viewer: "a" },
    { kind: "release", viewer: "a" },
  ]);
});

test("sends a viewer's waiting input before the release, unless control was taken from the viewer", async () => {
  const { relay, sent, send, takeOne } = open();
  relay.connect(send);
  for (const viewer of ["a", "b"]) {
    for (let index = 0; index < 6; index++) relay.push(viewer, key("down", `k${index}`));
  }
  relay.release("a");
  relay.release("b", true);
  for (let turn = 0; turn < 10; turn++) await takeOne();
  expect(sent.filter(of("a"))).toHaveLength(7);
  expect(sent.filter(of("a")).at(-1)).toEqual({ kind: "release", viewer: "a" });
  expect(sent.filter(of("b"))).toEqual([{ kind: "release", viewer: "b" }]);
});

test("releases the keys of viewers that left between two capture processes, once the second one connects", async () => {
  const { relay, sent, send } = open();
  relay.connect(send);
  relay.push("a", key("down", "Control"));
  relay.disconnect();
  relay.push("b", key("down", "x"));
  relay.release("a");
  expect(sent).toHaveLength(2);
  relay.connect(send);
  expect(sent.slice(2)).toEqual([{ kind: "release", viewer: "a" }]);
  relay.push("b", key("down", "y"));
  expect(sent.at(-1)).toEqual({ ...key("down", "y"), viewer: "b" });
});

test("continues after an input that could not be sent", async () => {
  const relay = new InputRelay(new FakeScheduler());
  const sent: InputMessage[] = [];
  relay.connect((input) => {
    sent.push(input);
    return Promise.reject(new Error("lost"));
  });
  for (let index = 0; index < 10; index++) relay.push("a", key("down", `k${index}`));
  await expect.poll(() => sent.length).toBe(10);
});

test("keeps no inputs, only releases, of the many viewers that leave while the capture process is stopped", async () => {
  const { relay, sent, send, takeOne } = open();
  relay.connect(send);
  for (let index = 0; index < 200; index++) {
    relay.push(`viewer ${index}`, key("down", "k"));
    relay.push(`viewer ${index}`, { kind: "paste", text: "long" });
    relay.release(`viewer ${index}`);
  }
  for (let turn = 0; turn < 600; turn++) await takeOne();
  const count = (kind: string) => sent.filter((input) => input.kind === kind).length;
  expect(count("paste")).toBeLessThan(40);
  expect(count("release")).toBe(200);
});

test("disconnect() releases what viewers hold, however many viewers there are", () => {
  const { relay, sent, send } = open();
  relay.connect(send);
  const viewers = ["a", "b", "c", "d", "e", "f"];
  for (const viewer of viewers) relay.push(viewer, key("down", "k"));
  relay.disconnect();
  expect(sent.filter(({ kind }) => kind === "release").map(({ viewer }) => viewer)).toEqual(viewers);
});

test("written() resolves once all inputs of the viewer so far were written", async () => {
  const { relay, send, takeOne } = open();
  relay.connect(send);
  for (let index = 0; index < 5; index++) relay.push("one", key("down", `k${index}`));
  let isWritten = false;
  const written = relay.written("one").then(() => {
    isWritten = true;
  });
  for (let turn = 0; turn < 4; turn++) await takeOne();
  expect(isWritten).toBe(false);
  await takeOne();
  await written;
  await relay.written("another");
});

test("written() rejects if an input cannot be sent, and if the capture process disconnects", async () => {
  const { relay, send } = open();
  await expect(relay.written("one")).rejects.toThrow("not connected");
  relay.connect(() => Promise.reject(new Error("too large")));
  relay.push("one", key("down", "k"));
  await expect(relay.written("one")).rejects.toThrow("too large");
  relay.connect(send);
  relay.push("one", key("down", "k"));
  const written = relay.written("one");
  relay.disconnect();
  await expect(written).rejects.toThrow("not connected");
});
