import { createServer } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { connectRoom } from "../src/index.ts";

/** A server that accepts connections and never answers. */
async function silentServer(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `ws://127.0.0.1:${(server.address() as { port: number }).port}`;
}

describe("connectRoom", () => {
  test("rejects with an error that names the URL of a dead address, and not the token", async () => {
    const error = await connectRoom("ws://127.0.0.1:9", "a-secret-token").catch((error) => error);
    expect(error).toMatchObject({ code: "ERR_LIVEKIT_CONNECT_FAILED" });
    expect(error.message).toMatch(/^cannot connect to ws:\/\/127\.0\.0\.1:9: .*refused/);
    expect(error.message).not.toContain("a-secret-token");
  });

  test("rejects an address that is not a WebSocket URL", async () => {
    const connecting = connectRoom("127.0.0.1:7880", "token");
    await expect(connecting).rejects.toThrow(
      'cannot connect to 127.0.0.1:7880: the address must start with "ws", "wss", "http" or "https" and "://"',
    );
  });

  test("gives up after the time-out", async () => {
    const url = await silentServer();
    const connecting = connectRoom(url, "token", { timeout: 50 });
    await expect(connecting).rejects.toThrow(`cannot connect to ${url}: no answer within 50 ms`);
  });

  test("rejects with the reason of an aborted signal", async () => {
    const url = await silentServer();
    const reason = new Error("changed my mind");
    const abort = new AbortController();
    const connecting = connectRoom(url, "token", { signal: abort.signal });
    abort.abort(reason);
    await expect(connecting).rejects.toBe(reason);
  });
});
