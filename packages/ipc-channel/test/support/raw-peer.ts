import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { proofOf, type Role } from "../../src/handshake/handshake.ts";
import { encodeHeader } from "../../src/headers/header-writer.ts";
import { type Frame, type FrameKind, frameKind, maxLength } from "../../src/wire/frame.ts";
import { FrameDecoder } from "../../src/wire/frame-decoder.ts";

/** Encodes a header and returns a copy of the bytes. */
export function headerBytesOf(header: unknown): Buffer {
  const { bytes, start, end } = encodeHeader(header);
  return Buffer.from(bytes.subarray(start, end));
}

/** Encodes a prefix as PROTOCOL.md specifies it. A `payloadLength` of `undefined` means no payload. */
export function prefixOf(kind: FrameKind, headerLength: number, payloadLength?: number): Buffer {
  const prefix = Buffer.from("49504301000000000000000000000000", "hex");
  prefix.writeUInt8(kind, 4);
  prefix.writeUInt8(payloadLength === undefined ? 0 : 1, 5);
  prefix.writeUInt32LE(headerLength, 8);
  prefix.writeUInt32LE(payloadLength ?? 0, 12);
  return prefix;
}

/** Encodes a frame. */
export function frameBytes(kind: FrameKind, header: unknown, payload?: Uint8Array): Buffer {
  const headerBytes = headerBytesOf(header);
  const prefix = prefixOf(kind, headerBytes.length, payload?.length);
  return Buffer.concat([prefix, headerBytes, payload ?? Buffer.alloc(0)]);
}

/** The header of a hello, as another implementation could send it. */
export function helloOf(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    nonce: Buffer.alloc(16, 7),
    maxHeaderBytes: 65536,
    maxPayloadBytes: 67108864,
    agent: "raw",
    features: ["something-new"],
    auth: false,
    ...more,
  };
}

/** A peer that sends and receives single frames without an IPCChannel. */
export class RawPeer {
  readonly socket: Socket;
  readonly #decoder = new FrameDecoder({ maxHeaderBytes: maxLength, maxPayloadBytes: maxLength });
  readonly #chunks: AsyncIterator<Buffer>;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("error", () => {});
    this.#chunks = socket.iterator({ destroyOnReturn: false })[Symbol.asyncIterator]();
    onTestFinished(() => {
      socket.destroy();
    });
  }

  /** Connects to a listening path. */
  static async connect(path: string): Promise<RawPeer> {
    const socket = connect({ path, allowHalfOpen: true });
    await once(socket, "connect");
    return new RawPeer(socket);
  }

  /** Listens at a path and accepts one connection. */
  static async accept(path: string): Promise<RawPeer> {
    const server = createServer({ allowHalfOpen: true }).listen(path);
    const [socket] = (await once(server, "connection")) as [Socket];
    server.close();
    return new RawPeer(socket);
  }

  write(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  send(kind: FrameKind, header: unknown, payload?: Uint8Array): void {
    this.write(frameBytes(kind, header, payload));
  }

  /** Returns the next frame; `undefined` at the end or an error of the stream. */
  async frame(): Promise<Frame | undefined> {
    for (;;) {
      const frame = this.#decoder.read();
      if (frame) return frame;
      const chunk = await this.#chunks.next().catch(() => ({ done: true, value: undefined }) as const);
      if (chunk.done) return undefined;
      this.#decoder.push(chunk.value);
    }
  }

  /** Returns the nonce of the channel's hello. Throws if the next frame is not a hello. */
  async nonce(): Promise<Uint8Array> {
    const frame = await this.frame();
    if (frame?.kind !== frameKind.hello) throw new Error(`expected a hello, got ${JSON.stringify(frame)}`);
    return (frame.header as { nonce: Uint8Array }).nonce;
  }

  /** Performs the handshake. */
  async shakeHands(role: Role, token?: string): Promise<void> {
    const hello = helloOf({ auth: token !== undefined });
    this.send(frameKind.hello, hello);
    const nonce = await this.nonce();
    if (token === undefined) return;
    if (role === "accept") await this.frame();
    this.send(frameKind.proof, { mac: proofOf(token, role, hello.nonce as Uint8Array, nonce) });
    if (role === "connect") await this.frame();
  }

  /** Returns the code of the channel's goodbye. Throws if the next frame is not a goodbye. */
  async goodbye(): Promise<unknown> {
    const frame = await this.frame();
    if (frame?.kind !== frameKind.goodbye)
      throw new Error(`expected a goodbye, got ${JSON.stringify(frame)}`);
    return (frame.header as { code: unknown }).code;
  }
}
