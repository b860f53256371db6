import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { type Frame, type FrameLimits, frameKind, maxControlHeaderBytes, wireVersion } from "./frame.ts";
import { IPCChannelError, type IPCChannelErrorCode } from "./ipc-channel-error.ts";

/** Which end of the connection this is; it goes into the proof, so that a proof of one end is none of the other. */
export type Role = "accept" | "connect";

/** What each side says of itself, first of all. */
export interface Hello extends FrameLimits {
  readonly nonce: Uint8Array;
  readonly agent: string;
  readonly features: readonly string[];
  readonly auth: boolean;
  /** How often this side wants to hear from the other one, in ms; absent where it does not care. */
  readonly heartbeat?: number | undefined;
}

/** What a frame of the handshake leads to. */
export interface HandshakeStep {
  /** A proof to be sent, before anything else. */
  readonly proof?: { readonly mac: Uint8Array };
  /** The peer's hello, once it is admitted. */
  readonly admitted?: Hello;
}

/** The most that is taken from a peer that is not admitted yet. */
export const handshakeLimits: FrameLimits = { maxHeaderBytes: maxControlHeaderBytes, maxPayloadBytes: 0 };

const nonceBytes = 16;
const roleByte: Record<Role, number> = { accept: 0, connect: 1 };

/** The proof of knowing the token: HMAC-SHA256(token, "IPC1" ‖ role byte ‖ own nonce ‖ peer's nonce), as PROTOCOL.md has it. */
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
 * The first exchange on a connection, as a pure state machine: what the peer says goes in, what is to be said comes out.
 *
 * Both sides say hello at once. Where both hold a token, the connector proves it first, then the acceptor.
 */
export class Handshake {
  /** To be sent at once. */
  readonly hello: Hello;
  readonly #role: Role;
  readonly #token: string | Uint8Array | undefined;
  #peer: Hello | undefined;

  constructor(
    role: Role,
    { maxHeaderBytes, maxPayloadBytes }: FrameLimits,
    token: string | Uint8Array | undefined,
    heartbeat?: number,
  ) {
    this.#role = role;
    this.#token = token;
    this.hello = {
      nonce: randomBytes(nonceBytes),
      maxHeaderBytes,
      maxPayloadBytes,
      agent: `broadcast-ipc node/${process.versions.node}`,
      features: [],
      auth: token !== undefined,
      heartbeat,
    };
  }

  /** Takes the peer's next frame; throws an IPCChannelError where the peer cannot be admitted. */
  receive(frame: Frame): HandshakeStep {
    if (frame.kind === frameKind.goodbye) throw refusal(frame.header);
    if (!this.#peer && frame.kind === frameKind.hello) return this.#receiveHello(parseHello(frame.header));
    if (this.#peer && frame.kind === frameKind.proof) return this.#receiveProof(this.#peer, frame.header);
    throw new IPCChannelError(
      "ERR_IPC_CORRUPT_MESSAGE",
      `a frame of kind ${frame.kind} in the middle of the handshake`,
    );
  }

  #receiveHello(peer: Hello): HandshakeStep {
    if (Buffer.compare(peer.nonce, this.hello.nonce) === 0)
      throw unauthorized("the peer repeats our own nonce");
    if (peer.auth !== this.hello.auth) {
      throw unauthorized(
        peer.auth ? "the peer demands a token, we have none" : "we demand a token, the peer has none",
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

/** The error that a peer's goodbye stands for; ERR_IPC_CLOSED where it is an orderly end. */
export function refusal(header: unknown): IPCChannelError {
  const code = field(header, "code");
  switch (code) {
    case "ERR_IPC_UNAUTHORIZED":
      return unauthorized("the peer says that one side demands a token which the other does not know");
    case "ERR_IPC_VERSION":
      return new IPCChannelError(code, `the peer does not speak version ${wireVersion}`);
    case "ERR_IPC_TIMEOUT":
    case "ERR_IPC_MESSAGE_TOO_LARGE":
    case "ERR_IPC_CORRUPT_MESSAGE":
    case "ERR_IPC_TRUNCATED_MESSAGE":
    case "ERR_IPC_RESOURCES":
      return new IPCChannelError(code satisfies IPCChannelErrorCode, `the peer gave up with ${code}`);
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
    throw new IPCChannelError("ERR_IPC_CORRUPT_MESSAGE", `the peer's hello has no valid "${name}"`);
  };
  // A limit above 2^53 - 1 arrives as a bigint. It is clamped, because lengths in a prefix have only 32 bits.
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
    // A peer may write nil for an absent field.
    heartbeat: (field(header, "heartbeat") ?? undefined) === undefined ? undefined : count("heartbeat"),
  };
}

/** An integer from 0, of any width. */
function isCount(value: unknown): value is number | bigint {
  return typeof value === "bigint" ? value >= 0n : Number.isInteger(value) && (value as number) >= 0;
}

function field(header: unknown, name: string): unknown {
  return typeof header === "object" && header !== null
    ? (header as Record<string, unknown>)[name]
    : undefined;
}
