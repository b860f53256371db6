import { once } from "node:events";
import { Socket } from "node:net";
import { type Duplex, duplexPair } from "node:stream";
import { connect as connectTls, createServer as createTlsServer } from "node:tls";
import { onTestFinished } from "vitest";
import { connectedSockets } from "./channel-pair.ts";
import { tempPath } from "./temp-dir.ts";

/** The two ends of a connection. The first end belongs to the acceptor. */
export type StreamPair = readonly [Duplex, Duplex];

/** A subclass of Socket. A channel reads such a socket with 'data' events instead of in place. */
class DerivedSocket extends Socket {}

/** Makes the socket an instance of a subclass. */
export function derived(socket: Socket): Socket {
  return Object.setPrototypeOf(socket, DerivedSocket.prototype);
}

/** Two sockets that have exchanged bytes before a channel uses them. */
async function usedSockets(): Promise<StreamPair> {
  const pair = await connectedSockets(tempPath());
  for (const [from, to] of [pair, pair.toReversed()] as [Socket, Socket][]) {
    from.write("!");
    await once(to, "readable");
    to.read();
  }
  return pair;
}

/** A TLS connection with a pre-shared key instead of certificates. */
async function tlsSockets(): Promise<StreamPair> {
  const psk = { psk: Buffer.alloc(16, 1), identity: "test" };
  const options = { ciphers: "PSK", maxVersion: "TLSv1.2", pskCallback: () => psk } as const;
  const server = createTlsServer({ ...options, pskCallback: () => psk.psk });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const right = connectTls({ ...options, host: "127.0.0.1", port, checkServerIdentity: () => undefined });
  const [[left]] = await Promise.all([once(server, "secureConnection"), once(right, "secureConnect")]);
  server.close();
  onTestFinished(() => {
    left.destroy();
    right.destroy();
  });
  return [left, right];
}

/** All kinds of streams that carry a channel, and whether large payloads are read directly into their memory. */
export const streamPairs: readonly (readonly [
  kind: string,
  open: () => Promise<StreamPair>,
  inPlace: boolean,
])[] = [
  ["unix sockets", () => connectedSockets(tempPath()), true],
  ["TCP sockets", () => connectedSockets(0), true],
  [
    "sockets of a derived class",
    async () => (await connectedSockets(tempPath())).map(derived) as unknown as StreamPair,
    false,
  ],
  ["sockets that were read before", usedSockets, false],
  ["TLS sockets", tlsSockets, false],
  ["streams in memory", async () => duplexPair(), false],
];
