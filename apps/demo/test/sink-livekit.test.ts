import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { RunningDemo } from "./support/running-demo.ts";
import { TemporaryFolder } from "./support/temporary-folder.ts";

const args = ["--source", "synthetic", "--sink", "livekit"];
const keys = { LIVEKIT_API_KEY: "key", LIVEKIT_API_SECRET: "a secret that nobody may read" };

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await TemporaryFolder.create();
});
afterEach(() => folder[Symbol.asyncDispose]());

async function expectNothingLeft(): Promise<void> {
  expect(await folder.processes()).toEqual([]);
  expect(await folder.files()).toEqual([]);
}

describe("A demo with --sink livekit and without a LiveKit server", () => {
  test("names the missing environment variables, and exits with 2", async () => {
    await using demo = new RunningDemo(args, {
      ...folder.env,
      LIVEKIT_URL: "ws://127.0.0.1:1",
      LIVEKIT_TOKEN: "",
      LIVEKIT_API_KEY: "key",
      LIVEKIT_API_SECRET: "",
    });
    const { code, stdout, stderr } = await demo.ended;
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^--sink livekit needs .* not set: LIVEKIT_API_SECRET\.\n/);
  });

  test("prints one line that names the server that cannot be reached, and exits with 1", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    const url = `ws://127.0.0.1:${port}`;
    await using demo = new RunningDemo(args, { ...folder.env, ...keys, LIVEKIT_TOKEN: "", LIVEKIT_URL: url });
    const { code, stdout, stderr } = await demo.ended;
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr.trimEnd().split("\n")).toEqual([expect.stringContaining(url)]);
    expect(stderr).not.toContain(keys.LIVEKIT_API_SECRET);
    await expectNothingLeft();
  });

  test("ends within two seconds of SIGINT while the server does not answer", async () => {
    await using server = createServer().listen(0, "127.0.0.1");
    const connected = once(server, "connection");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const env = { ...folder.env, ...keys, LIVEKIT_TOKEN: "", LIVEKIT_URL: `ws://127.0.0.1:${port}` };
    await using demo = new RunningDemo(args, env);
    const [socket] = await connected;
    const interruptedAt = performance.now();
    demo.kill("SIGINT");
    await demo.ended;
    expect(performance.now() - interruptedAt).toBeLessThan(2000);
    socket.destroy();
    await expectNothingLeft();
  });
});
