import { expect, test } from "vitest";
import { CaptureState } from "../../src/notices/capture-state.ts";
import { CollectingTarget } from "../support/collecting-target.ts";

const running = { kind: "capture", state: "running" };
const closed = { kind: "capture", state: "closed" };

test("sends the end to further receivers, until another capture of the target starts", () => {
  const target = new CollectingTarget();
  const first = new CaptureState(target);
  expect(first.notice).toEqual(running);
  target.emit("connect");
  expect(target.notices).toEqual([]);
  expect(first.end("closed")).toEqual(closed);
  expect(first.notice).toEqual(closed);
  for (let receiver = 1; receiver <= 2; receiver++) {
    target.emit("connect");
    expect(target.notices).toEqual(Array(receiver).fill(closed));
  }
  new CaptureState(target);
  target.emit("connect");
  expect(target.notices).toHaveLength(2);
  expect(target.listenerCount("connect")).toBe(0);
});

test("sends the end once when the first demand of a connected receiver arrives", () => {
  const target = new CollectingTarget();
  target.want(undefined);
  new CaptureState(target).end("closed");
  target.want(undefined);
  expect(target.notices).toEqual([]);
  target.want(null);
  target.want({});
  expect(target.notices).toEqual([closed]);
  new CaptureState(target).end("closed");
  target.want(null);
  expect(target.notices).toEqual([closed]);
});

test("sends nothing with a demand once a receiver has connected or another capture has started", () => {
  const target = new CollectingTarget();
  target.want(undefined);
  new CaptureState(target).end("closed");
  target.emit("connect");
  target.want({});
  expect(target.notices).toEqual([closed]);
  target.want(undefined);
  new CaptureState(target).end("closed");
  new CaptureState(target);
  target.want({});
  expect(target.notices).toEqual([closed]);
  expect(target.listenerCount("demand")).toBe(0);
});

test("sends no end of a capture if a later capture of the same target has started", () => {
  const target = new CollectingTarget();
  const first = new CaptureState(target);
  const second = new CaptureState(target);
  expect(first.end("stopped")).toBeUndefined();
  expect(target.listenerCount("connect")).toBe(0);
  expect(second.end("stopped")).toEqual({ kind: "capture", state: "stopped" });
});

test("tells nothing when the target has ended", () => {
  const target = new CollectingTarget();
  expect(new CaptureState(target).end("uploader-closed")).toBeUndefined();
  expect(target.listenerCount("connect")).toBe(0);
});
