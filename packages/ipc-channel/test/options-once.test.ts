import { once } from "node:events";
import { createServer } from "node:net";
import { duplexPair } from "node:stream";
import { describe, expect, onTestFinished, test } from "vitest";
import { IPCChannel } from "../src/ipc-channel.ts";
import { IPCServer } from "../src/ipc-server.ts";
import { tempPath } from "./support/temp-dir.ts";

const token = "a token of sixteen bytes and more";
const bytes = () => new Uint8Array(Buffer.from(token));
const unauthorized = { code: "ERR_IPC_UNAUTHORIZED" };

/** Returns an object that inherits the options from its prototype, like an instance of a class with getters. */
function inherited<T extends object>(options: T): T {
  return Object.create(options);
}

describe("IPCChannel and IPCServer", () => {
  test("keeps the token of IPCServer.listen after the caller has overwritten or removed it", async () => {
    const path = tempPath();
    const options: { token?: Uint8Array } = { token: bytes() };
    await using server = await IPCServer.listen(path, options);
    options.token?.fill(0);
    const zeros = IPCChannel.connect(path, { token: new Uint8Array(token.length) });
    await expect(zeros).rejects.toMatchObject(unauthorized);
    delete options.token;
    await expect(IPCChannel.connect(path)).rejects.toMatchObject(unauthorized);
    await using channel = await IPCChannel.connect(path, { token });
    expect(channel.isClosed).toBe(false);
    expect(server).toBeDefined();
  });

  test("keeps a copy of the token for all peers of IPCChannel.accept, and reads inherited options", async () => {
    const path = tempPath();
    const options = { token: bytes() };
    const accepted = IPCChannel.accept(path, inherited(options));
    options.token.fill(0);
    await expect(IPCChannel.connect(path, { token: bytes().fill(0) })).rejects.toMatchObject(unauthorized);
    await expect(IPCChannel.connect(path)).rejects.toMatchObject(unauthorized);
    const [acceptor, connector] = await Promise.all([
      accepted,
      IPCChannel.connect(path, inherited({ token })),
    ]);
    await Promise.all([acceptor.close(), connector.close()]);
  });

  test("keeps a copy of the token for later attempts of IPCChannel.connect", async () => {
    const path = tempPath();
    const options = { token: bytes(), onRetry: () => {} };
    const retried = new Promise<void>((resolve) => {
      options.onRetry = resolve;
    });
    const connected = IPCChannel.connect(path, options);
    await retried;
    options.token.fill(0);
    const [acceptor, connector] = await Promise.all([IPCChannel.accept(path, { token }), connected]);
    await Promise.all([acceptor.close(), connector.close()]);
  });

  test("keeps a copy of the token in IPCChannel.over until the peer's hello arrives", async () => {
    const [left, right] = duplexPair();
    const options = { token: bytes(), role: "accept" as const };
    const accepted = IPCChannel.over(left, options);
    options.token.fill(0);
    const [acceptor, connector] = await Promise.all([
      accepted,
      IPCChannel.over(right, { token, role: "connect" }),
    ]);
    await Promise.all([acceptor.close(), connector.close()]);
  });

  test("rejects a token that cannot be copied byte for byte with a RangeError before the path is bound", async () => {
    const path = tempPath();
    for (const one of [bytes().buffer, new DataView(bytes().buffer), new Uint16Array(16)]) {
      const options = { token: one } as never;
      await expect(IPCServer.listen(path, options)).rejects.toBeInstanceOf(RangeError);
      await expect(IPCChannel.accept(path, options)).rejects.toBeInstanceOf(RangeError);
      await expect(IPCChannel.connect(path, options)).rejects.toBeInstanceOf(RangeError);
      const [left] = duplexPair();
      const over = IPCChannel.over(left, { token: one, role: "accept" } as never);
      await expect(over).rejects.toBeInstanceOf(RangeError);
      expect(left.destroyed).toBe(false);
    }
    const free = createServer().listen(path);
    onTestFinished(() => {
      free.close();
    });
    await once(free, "listening");
  });

  test.each([undefined, "listen", null, 0])(
    "rejects the role %s of IPCChannel.over with a RangeError",
    async (role) => {
      const [left] = duplexPair();
      await expect(IPCChannel.over(left, { role } as never)).rejects.toBeInstanceOf(RangeError);
    },
  );
});
