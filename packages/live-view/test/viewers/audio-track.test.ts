import { expect, test } from "vitest";
import { AudioTrack } from "../../src/viewers/audio-track.ts";
import type { ViewerSocket } from "../../src/viewers/viewer-socket.ts";
import { audio } from "../support/open-view.ts";

/** A socket that takes what it is told to take. */
function open() {
  const waiting: (() => void)[] = [];
  const socket = { sendMedia: (_: string, __: Uint8Array, onFlushed: () => void) => waiting.push(onFlushed) };
  const track = new AudioTrack(socket as unknown as ViewerSocket);
  track.isOn = true;
  return { track, waiting };
}

test("drops audio while a second of it waits", () => {
  const { track, waiting } = open();
  for (let sample = 0; sample < 20; sample++) track.play("{}", audio(4_800));
  expect(waiting).toHaveLength(10);
  for (const flush of waiting.splice(0, 3)) flush();
  for (let sample = 0; sample < 20; sample++) track.play("{}", audio(4_800));
  expect(waiting).toHaveLength(10);
});

test("drops audio while a megabyte of it waits, whatever its duration", () => {
  const { track, waiting } = open();
  const large = { ...audio(1), data: new Uint8Array(300_000) };
  for (let sample = 0; sample < 20; sample++) track.play("{}", large);
  expect(waiting).toHaveLength(3);
});

test("sends a block of more than a second alone", () => {
  const { track, waiting } = open();
  for (let block = 0; block < 3; block++) track.play("{}", audio(96_000));
  expect(waiting).toHaveLength(1);
  waiting.pop()?.();
  track.play("{}", audio(96_000));
  expect(waiting).toHaveLength(1);
});

test("sends nothing while audio is off", () => {
  const { track, waiting } = open();
  track.isOn = false;
  track.play("{}", audio(480));
  expect(waiting).toEqual([]);
});
