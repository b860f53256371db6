import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { IPCChannelError, type IPCChannelErrorCode } from "../errors/ipc-channel-error.ts";
import {
  type Frame,
  type FrameLimits,
  frameKind,
  maxControlHeaderBytes,
  wireVersion,
} from "../wire/frame.ts";

/** Which end of the connection this side is. The proof includes the role, so that the proof of one end is invalid for the other end. */
export type Role = "accept" | "connect";

/** The header of the first frame of each side. PROTOCOL.md describes it. */
export interface Hello extends FrameLimits {
  readonly nonce: Uint8Array;
  readonly agent: string;
  readonly features: readonly string[];
  readonly auth: boolean;
  /** The heartbeat interval that this side asks for, in ms; absent if it asks for none. */
  readonly heartbeat?: number | undefined;
}

/** What to do after a frame of the handshake. */
export interface HandshakeStep {
  /** A proof to send before any other frame. */
  readonly proof?: { readonly mac: Uint8Array };
  /** The peer's hello, if this frame admits the peer. */
  readonly admitted?: Hello;
}

/** The limits for frames of a peer that is not admitted yet. */
export const handshakeLimits: FrameLimits = { maxHeaderBytes: maxControlHeaderBytes, maxPayloadBytes: 0 };

const nonceBytes = 16;
const roleByte: Record<Role, number> = { accept: 0, connect: 1 };

/** Returns the proof of knowing the token: HMAC-SHA256(token, "IPC1" ‖ role byte ‖ own nonce ‖ peer's nonce), as in PROTOCOL.md. */
export function proofOf(
  token: string | Uint8Array,
  role: Role,
  ownNonce: Uint8Array,
  peerNonce: Uint8Array,
): Uint8Array {
  return createHmac("sha256", token)
    .update("IPC1")
    .update(Uint8Array.of(roleByte[role]))
    .update(ownNonce)
    .update(peerNonce)
    .digest();
}

/**
 * The handshake as a state machine without I/O: receives the peer's frames, and returns the frames to send.
 *
 * Each side sends its hello without waiting for the peer's hello. If both have a token, the connector sends its proof first, and then the acceptor sends its own.
 */
export class Handshake {
  /** The hello of this side. Must be the first frame that is sent. */
  readonly hello: Hello;
  readonly #role: Role;
  readonly #token: string | Uint8Array | undefined;
  #peer: Hello | undefined;

  constructor(
    role: Role,
    { maxHeaderBytes, maxPayloadBytes }: FrameLimits,
    token: string | Uint8Array | undefined,
    heartbeat?: number,
    features: readonly string[] = [],
  ) {
    this.#role = role;
    this.#token = token;
    this.hello = {
      nonce: randomBytes(nonceBytes),
      maxHeaderBytes,
      maxPayloadBytes,
      agent: `broadcast-ipc node/${process.versions.node}`,
      features,
      auth: token !== undefined,
      heartbeat,
    };
  }

  /** Processes the peer's next frame. Throws an IPCChannelError if the peer cannot be admitted. */
  receive(frame: Frame): HandshakeStep {
    if (frame.kind === frameKind.goodbye) throw refusal(frame.header);
    if (!this.#peer && frame.kind === frameKind.hello) return this.#receiveHello(parseHello(frame.header));
    if (this.#peer && frame.kind === frameKind.proof) return this.#receiveProof(this.#peer, frame.header);
    throw new IPCChannelError(
      "ERR_IPC_CORRUPT_MESSAGE",
      `unexpected frame of kind ${frame.kind} in the handshake`,
    );
  }

  #receiveHello(peer: Hello): HandshakeStep {
    if (Buffer.compare(peer.nonce, this.hello.nonce) === 0)
      throw unauthorized("the peer's nonce is the nonce of this side");
    if (peer.auth !== this.hello.auth) {
      throw unauthorized(
        peer.auth ? "the peer has a token, this side has none" : "this side has a token, the peer has none",
      );
    }
    this.#peer = peer;
    if (!peer.auth) return { admitted: peer };
    return this.#role === "connect" ? { proof: this.#proof(peer) } : {};
  }

  #receiveProof(peer: Hello, header: unknown): HandshakeStep {
    const mac = field(header, "mac");
    const peerRole = this.#role === "accept" ? "connect" : "accept";
    const expected = proofOf(this.#token ?? "", peerRole, peer.nonce, this.hello.nonce);
    if (!(mac instanceof Uint8Array) || mac.length !== expected.length || !timingSafeEqual(mac, expected)) {
      throw unauthorized("the peer does not know the token");
    }
    return this.#role === "accept" ? { proof: this.#proof(peer), admitted: peer } : { admitted: peer };
  }

  #proof(peer: Hello): { readonly mac: Uint8Array } {
    return { mac: proofOf(this.#token ?? "", this.#role, this.hello.nonce, peer.nonce) };
  }
}

/** Returns the error that a peer's goodbye reports; ERR_IPC_CLOSED for an orderly end. */
export function refusal(header: unknown): IPCChannelError {
  const code = field(header, "code");
  switch (code) {
    case "ERR_IPC_UNAUTHORIZED":
      return unauthorized("the peer reports that the two sides do not have the same token");
    case "ERR_IPC_VERSION":
      return new IPCChannelError(code, `the peer does not support version ${wireVersion} of the protocol`);
    case "ERR_IPC_TIMEOUT":
    case "ERR_IPC_MESSAGE_TOO_LARGE":
    case "ERR_IPC_CORRUPT_MESSAGE":
    case "ERR_IPC_TRUNCATED_MESSAGE":
    case "ERR_IPC_RESOURCES":
      return new IPCChannelError(
        code satisfies IPCChannelErrorCode,
        `the peer closed the channel with ${code}`,
      );
    default:
      return new IPCChannelError("ERR_IPC_CLOSED", "the peer closed the channel");
  }
}

function unauthorized(message: string): IPCChannelError {
  return new IPCChannelError("ERR_IPC_UNAUTHORIZED", message);
}

function parseHello(header: unknown): Hello {
  const check = <T>(name: string, isValid: (value: unknown) => value is T): T => {
    const value = field(header, name);
    if (isValid(value)) return value;
    throw new IPCChannelError("ERR_IPC_CORRUPT_MESSAGE", `the peer's hello must have a valid "${name}"`);
  };
  // A limit above 2^53 - 1 arrives as a bigint. Clamping is harmless, because lengths in a prefix have 32 bits.
  const count = (name: string): number => Math.min(Number(check(name, isCount)), Number.MAX_SAFE_INTEGER);
  return {
    nonce: check(
      "nonce",
      (value): value is Uint8Array => value instanceof Uint8Array && value.length === nonceBytes,
    ),
    maxHeaderBytes: count("maxHeaderBytes"),
    maxPayloadBytes: count("maxPayloadBytes"),
    agent: check("agent", (value) => typeof value === "string"),
    features: check(
      "features",
      (value): value is string[] => Array.isArray(value) && value.every((name) => typeof name === "string"),
    ),
    auth: check("auth", (value) => typeof value === "boolean"),
    // A peer may send nil for an absent field.
    heartbeat: (field(header, "heartbeat") ?? undefined) === undefined ? undefined : count("heartbeat"),
  };
}

/** Whether `value` is a non-negative integer, as a number or a bigint. */
function isCount(value: unknown): value is number | bigint {
  return typeof value === "bigint" ? value >= 0n : Number.isInteger(value) && (value as number) >= 0;
}

function field(header: unknown, name: string): unknown {
  return typeof header === "object" && header !== null
    ? (header as Record<string, unknown>)[name]
    : undefined;
}
