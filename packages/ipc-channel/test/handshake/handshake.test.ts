import { describe, expect, test } from "vitest";
import { Handshake, proofOf, refusal } from "../../src/handshake/handshake.ts";
import { type Frame, type FrameKind, frameKind } from "../../src/wire/frame.ts";
import { helloOf } from "../support/raw-peer.ts";

const limits = { maxHeaderBytes: 10, maxPayloadBytes: 20 };
const token = "0123456789abcdef";

const frame = (kind: FrameKind, header: unknown): Frame => ({ kind, header, payload: undefined, bytes: 0 });
const withCode = (code: string) => expect.objectContaining({ code });

describe("Handshake", () => {
  test("computes the proof as the documented HMAC", () => {
    const mac = proofOf(token, "connect", Buffer.alloc(16, 1), Buffer.alloc(16, 2));
    expect(Buffer.from(mac).toString("hex")).toBe(
      "e85983d29008760d56a5224ab853948d7d044a9579c11e609a5b2e33bf1b398b",
    );
  });

  test("admits a peer at its hello if neither side has a token, and announces its own limits", () => {
    const handshake = new Handshake("accept", limits, undefined);
    expect(handshake.hello).toMatchObject({ ...limits, features: [], auth: false });
    expect(handshake.hello.nonce).toHaveLength(16);
    const step = handshake.receive(frame(frameKind.hello, helloOf({ added: "later" })));
    expect(step.admitted).toMatchObject({ maxHeaderBytes: 65536, features: ["something-new"] });
    expect(step.proof).toBeUndefined();
  });

  test("admits both sides with the same token, after the connector has sent the first proof", () => {
    const acceptor = new Handshake("accept", limits, token);
    const connector = new Handshake("connect", limits, Buffer.from(token));
    expect(acceptor.receive(frame(frameKind.hello, connector.hello))).toEqual({});
    const first = connector.receive(frame(frameKind.hello, acceptor.hello));
    expect(first.admitted).toBeUndefined();
    const second = acceptor.receive(frame(frameKind.proof, first.proof));
    expect(second.admitted).toEqual(connector.hello);
    expect(connector.receive(frame(frameKind.proof, second.proof))).toEqual({ admitted: acceptor.hello });
  });

  test.each(["accept", "connect"] as const)(
    "throws ERR_IPC_UNAUTHORIZED for a token on one side only (%s)",
    (role) => {
      const withToken = new Handshake(role, limits, token);
      expect(() => withToken.receive(frame(frameKind.hello, helloOf()))).toThrow(
        withCode("ERR_IPC_UNAUTHORIZED"),
      );
      const without = new Handshake(role, limits, undefined);
      expect(() => without.receive(frame(frameKind.hello, helloOf({ auth: true })))).toThrow(
        withCode("ERR_IPC_UNAUTHORIZED"),
      );
    },
  );

  test("throws ERR_IPC_UNAUTHORIZED for its own nonce", () => {
    const handshake = new Handshake("connect", limits, token);
    expect(() => handshake.receive(frame(frameKind.hello, handshake.hello))).toThrow(
      withCode("ERR_IPC_UNAUTHORIZED"),
    );
  });

  test("throws ERR_IPC_UNAUTHORIZED for a proof with another token, role or nonce, and for a proof that is not 32 bytes", () => {
    const peerNonce = Buffer.alloc(16, 7);
    const macs: ((nonce: Uint8Array) => unknown)[] = [
      (nonce) => proofOf("fedcba9876543210", "connect", peerNonce, nonce),
      (nonce) => proofOf(token, "accept", peerNonce, nonce),
      (nonce) => proofOf(token, "connect", nonce, peerNonce),
      () => proofOf(token, "connect", peerNonce, Buffer.alloc(16, 8)),
      (nonce) => proofOf(token, "connect", peerNonce, nonce).subarray(0, 31),
      () => "text",
      () => undefined,
    ];
    for (const mac of macs) {
      const handshake = new Handshake("accept", limits, token);
      handshake.receive(frame(frameKind.hello, helloOf({ nonce: peerNonce, auth: true })));
      const proof = frame(frameKind.proof, { mac: mac(handshake.hello.nonce) });
      expect(() => handshake.receive(proof)).toThrow(withCode("ERR_IPC_UNAUTHORIZED"));
    }
  });

  test.each([
    ["nonce", Buffer.alloc(15)],
    ["nonce", "0123456789abcdef"],
    ["maxHeaderBytes", -1],
    ["maxPayloadBytes", 1.5],
    ["maxPayloadBytes", -1n],
    ["maxPayloadBytes", null],
    ["maxHeaderBytes", Number.POSITIVE_INFINITY],
    ["heartbeat", -1],
    ["heartbeat", "1000"],
    ["agent", undefined],
    ["features", "none"],
    ["features", [1]],
    ["auth", 1],
  ])("throws ERR_IPC_CORRUPT_MESSAGE for a hello with an invalid %s", (name, value) => {
    const handshake = new Handshake("accept", limits, undefined);
    expect(() => handshake.receive(frame(frameKind.hello, helloOf({ [name]: value })))).toThrow(
      withCode("ERR_IPC_CORRUPT_MESSAGE"),
    );
  });

  test.each([
    ["maxHeaderBytes", 65536n, 65536],
    ["maxPayloadBytes", 0n, 0],
    ["maxPayloadBytes", 2n ** 64n - 1n, Number.MAX_SAFE_INTEGER],
    ["maxPayloadBytes", 2 ** 64, Number.MAX_SAFE_INTEGER],
    ["heartbeat", 1000n, 1000],
    ["heartbeat", 2n ** 64n - 1n, Number.MAX_SAFE_INTEGER],
    ["heartbeat", null, undefined],
    ["heartbeat", undefined, undefined],
  ])("reads %s: %s in a hello as %s", (name, value, expected) => {
    const handshake = new Handshake("accept", limits, undefined);
    const { admitted } = handshake.receive(frame(frameKind.hello, helloOf({ [name]: value })));
    expect(admitted).toMatchObject({ [name]: expected });
  });

  test("throws ERR_IPC_CORRUPT_MESSAGE for a frame kind that the handshake does not expect at that point", () => {
    const fresh = () => new Handshake("accept", limits, token);
    for (const kind of [frameKind.proof, frameKind.message, frameKind.alive]) {
      expect(() => fresh().receive(frame(kind, { mac: Buffer.alloc(32) }))).toThrow(
        withCode("ERR_IPC_CORRUPT_MESSAGE"),
      );
    }
    const waiting = fresh();
    waiting.receive(frame(frameKind.hello, helloOf({ auth: true })));
    for (const kind of [frameKind.hello, frameKind.message, frameKind.alive]) {
      expect(() => waiting.receive(frame(kind, helloOf({ auth: true })))).toThrow(
        withCode("ERR_IPC_CORRUPT_MESSAGE"),
      );
    }
  });

  test("throws the error that a goodbye reports", () => {
    const receive = (code: unknown) => () =>
      new Handshake("connect", limits, undefined).receive(frame(frameKind.goodbye, { code }));
    expect(receive("ERR_IPC_UNAUTHORIZED")).toThrow(withCode("ERR_IPC_UNAUTHORIZED"));
    expect(receive("ERR_IPC_VERSION")).toThrow(withCode("ERR_IPC_VERSION"));
    expect(receive("closed")).toThrow(withCode("ERR_IPC_CLOSED"));
    expect(receive("a code of the future")).toThrow(withCode("ERR_IPC_CLOSED"));
    expect(receive(undefined)).toThrow(withCode("ERR_IPC_CLOSED"));
  });

  test("reads a goodbye that is not a map as ERR_IPC_CLOSED", () => {
    for (const header of [null, 7, "closed", []]) expect(refusal(header).code).toBe("ERR_IPC_CLOSED");
  });
});
