import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { FramePipe } from "../src/ffmpeg/frame-pipe.ts";
import { CollectingSink } from "./support/collecting-sink.ts";

/** Larger than what a pipe holds, so that a frame takes several reads. */
const frameBytes = 400_000;

/** Runs a program that writes frames: all bytes of frame `n` are `n`. */
function writeFrames(frames: number, bytes = frames * frameBytes) {
  const program = `
    const bytes = Buffer.concat(Array.from({ length: ${frames} }, (_, n) => Buffer.alloc(${frameBytes}, n)));
    process.stdout.write(bytes.subarray(0, ${bytes}));`;
  const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "ignore"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  return { child, pipe: new FramePipe(child.stdout), sink: new CollectingSink() };
}

/** Resolves when the process has written all that the pipe holds, and waits. */
async function settle(child: ChildProcessByStdio<null, Readable, null>): Promise<void> {
  await delay(500);
  expect(child.exitCode).toBeNull();
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

test("reads each frame into memory that it asks for, and leaves the memory to the consumer", async () => {
  const { pipe, sink } = writeFrames(5);
  const frames = await collect(pipe.frames(() => sink.allocate(frameBytes)));
  expect(frames.map((frame) => [frame.length, new Set(frame)])).toEqual(
    [0, 1, 2, 3, 4].map((n) => [frameBytes, new Set([n])]),
  );
  expect(sink.allocated).toEqual(new Set(frames));
});

test("writes no byte to a frame that the consumer owns", async () => {
  const { child, pipe, sink } = writeFrames(3);
  const frames = pipe.frames(() => sink.allocate(frameBytes));
  const { value: first } = await frames.next();
  await settle(child);
  expect(new Set(first)).toEqual(new Set([0]));
  first?.fill(77);
  await frames.next();
  expect(new Set(first)).toEqual(new Set([77]));
});

test("disposes the memory of a frame that is incomplete at the end", async () => {
  const { pipe, sink } = writeFrames(2, frameBytes + 1000);
  let frames = 0;
  for await (const memory of pipe.frames(() => sink.allocate(frameBytes))) {
    frames++;
    memory[Symbol.dispose]();
  }
  expect(frames).toBe(1);
  expect(sink.allocated.size).toBe(0);
});

test("disposes the memory of a frame that is being read when the pipe is destroyed", async () => {
  const { child, pipe, sink } = writeFrames(1, frameBytes - 1);
  const next = pipe.frames(() => sink.allocate(frameBytes)).next();
  expect(sink.allocated.size).toBe(1);
  await once(child, "exit");
  pipe.destroy();
  expect(await next).toEqual({ done: true, value: undefined });
  expect(sink.allocated.size).toBe(0);
});

test("ends the pipe when the consumer stops, so that the process does not wait forever", async () => {
  const { child, pipe, sink } = writeFrames(50);
  for await (const memory of pipe.frames(() => sink.allocate(frameBytes))) {
    memory[Symbol.dispose]();
    break;
  }
  await once(child, "exit");
  expect(sink.allocated.size).toBe(0);
});

test("asks for no memory while nobody reads", async () => {
  const { child, sink } = writeFrames(2);
  await settle(child);
  expect(sink.allocated.size).toBe(0);
});

test("reads frames of a single pixel", async () => {
  const { pipe, sink } = writeFrames(1, 12);
  expect(await collect(pipe.frames(() => sink.allocate(4)))).toHaveLength(3);
});
