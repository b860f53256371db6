import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { type Duplex, duplexPair } from "node:stream";
import { onTestFinished } from "vitest";
import { IPCChannel } from "../../src/ipc-channel.ts";
import type { ChannelOptions } from "../../src/options/channel-options.ts";
import { RawPeer } from "./raw-peer.ts";
import { tempPath } from "./temp-dir.ts";

/** Two ends of a channel. */
export type ChannelPair = readonly [acceptor: IPCChannel, connector: IPCChannel];

/** Opens a channel over a unix socket, both ends in this process. Closes it when the test is over. */
export async function socketPair(
  acceptor: ChannelOptions = {},
  connector: ChannelOptions = {},
): Promise<ChannelPair> {
  const path = tempPath();
  return closing(await Promise.all([IPCChannel.accept(path, acceptor), IPCChannel.connect(path, connector)]));
}

/** Opens a channel over a pair of streams, by default in memory. Closes it when the test is over. */
export async function streamPair(
  acceptor: ChannelOptions = {},
  connector: ChannelOptions = {},
  [left, right]: readonly [Duplex, Duplex] = duplexPair(),
): Promise<ChannelPair> {
  return closing(
    await Promise.all([
      IPCChannel.over(left, { ...acceptor, role: "accept" }),
      IPCChannel.over(right, { ...connector, role: "connect" }),
    ]),
  );
}

/** Connects two sockets over a unix socket if `where` is a path, or over TCP if `where` is 0. */
export async function connectedSockets(where: string | 0): Promise<readonly [Socket, Socket]> {
  const server = createServer();
  server.listen(typeof where === "string" ? { path: where } : { port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  const address = server.address();
  const right = typeof address === "string" ? connect(address) : connect(address?.port ?? 0, "127.0.0.1");
  const [[left]] = (await Promise.all([once(server, "connection"), once(right, "connect")])) as [
    [Socket],
    unknown,
  ];
  server.close();
  onTestFinished(() => {
    left.destroy();
    right.destroy();
  });
  return [left, right];
}

function closing(pair: ChannelPair): ChannelPair {
  onTestFinished(async () => {
    await Promise.all(pair.map((channel) => channel.close()));
  });
  return pair;
}

/** Opens a channel with a raw peer at the other end. */
export async function facingRaw(
  options: ChannelOptions = {},
): Promise<{ channel: IPCChannel; peer: RawPeer }> {
  const [left, right] = await connectedSockets(tempPath());
  const peer = new RawPeer(right);
  const opened = IPCChannel.over(left, { ...options, role: "accept" });
  await peer.shakeHands("connect");
  const channel = await opened;
  onTestFinished(() => channel.close());
  return { channel, peer };
}
