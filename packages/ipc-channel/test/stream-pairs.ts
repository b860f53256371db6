import { once } from "node:events";
import { Socket } from "node:net";
import { type Duplex, duplexPair } from "node:stream";
import { connect as connectTls, createServer as createTlsServer } from "node:tls";
import { onTestFinished } from "vitest";
import { connectedSockets } from "./channel-pair.ts";
import { tempPath } from "./temp-dir.ts";

/** The ends of a connection; the first one belongs to the side that accepts. */
export type StreamPair = readonly [Duplex, Duplex];

/** A socket like any other, but for its class: what is read of it comes as 'data' events. */
class DerivedSocket extends Socket {}

/** A socket as a program may have made it, of a class of its own. */
export function derived(socket: Socket): Socket {
  return Object.setPrototypeOf(socket, DerivedSocket.prototype);
}

/** A socket that was spoken to before it came to us. */
async function usedSockets(): Promise<StreamPair> {
  const pair = await connectedSockets(tempPath());
  for (const [from, to] of [pair, pair.toReversed()] as [Socket, Socket][]) {
    from.write("!");
    await once(to, "readable");
    to.read();
  }
  return pair;
}

/** A TLS connection without certificates: both sides know the key. */
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

/** Every kind of stream that a channel may run over, and whether its payloads are read in place. */
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
  ["sockets that have read something", usedSockets, false],
  ["TLS sockets", tlsSockets, false],
  ["streams in memory", async () => duplexPair(), false],
];
