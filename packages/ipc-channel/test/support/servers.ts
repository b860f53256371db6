import { lstatSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { expect, onTestFinished } from "vitest";
import { Child } from "./child.ts";
import { RawPeer } from "./raw-peer.ts";
import { tempPath } from "./temp-dir.ts";

/** Leaves a stale socket file at `path`: a child process listens there and is killed. */
export async function stalePath(path: string = tempPath()): Promise<string> {
  const child = new Child("server.mjs", path);
  child.tell("go");
  await child.report("started");
  await child.report("listening");
  await child.kill();
  expect(lstatSync(path).isSocket()).toBe(true);
  return path;
}

/** Creates a server that is closed when the test is over. */
export function newServer(): Server {
  const server = createServer();
  onTestFinished(() => {
    server.close();
  });
  return server;
}

/** Whether a server accepts connections at the path. */
export async function answers(path: string): Promise<boolean> {
  const peer = await RawPeer.connect(path).catch(() => undefined);
  peer?.socket.destroy();
  return peer !== undefined;
}
