import { createSecretKey } from "node:crypto";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { TransportConnectOptions, TransportListenOptions } from "../../src/options/channel-options.ts";
import { channelSettings, connectSettings, listenSettings } from "../../src/options/channel-settings.ts";
import { transportConnectSettings, transportListenSettings } from "../../src/options/transport-settings.ts";

/** A Uint8Array whose iterator yields bytes that the array does not contain. */
class MisleadingBytes extends Uint8Array {
  override *[Symbol.iterator](): ArrayIterator<number> {
    yield 7;
  }
}

describe("channelSettings", () => {
  test("fills in the documented defaults", () => {
    expect(channelSettings({})).toEqual({
      signal: undefined,
      schema: undefined,
      token: undefined,
      maxHeaderBytes: 65_536,
      maxPayloadBytes: 67_108_864,
      handshakeTimeout: 5000,
      closeTimeout: 2000,
    });
  });

  test.each([
    { token: "fifteen bytes.." },
    { token: new Uint8Array(15) },
    { token: "" },
    { maxHeaderBytes: 0 },
    { maxHeaderBytes: 2 ** 32 },
    { maxPayloadBytes: -1 },
    { maxPayloadBytes: 1.5 },
    { maxPayloadBytes: Number.NaN },
    { handshakeTimeout: -1 },
    { handshakeTimeout: 2 ** 31 },
    { closeTimeout: Number.POSITIVE_INFINITY },
    { giveUpAfter: -1 },
    { giveUpAfter: 2 ** 31 },
    { giveUpAfter: 0.5 },
    { heartbeat: { interval: 9, timeout: 100 } },
    { heartbeat: { interval: 100, timeout: 100 } },
  ])("throws a RangeError for %o", (options) => {
    expect(() => connectSettings(options)).toThrow(RangeError);
  });

  const bytes = new Uint8Array(32).fill(1);

  test.each<[string, unknown]>([
    ["an ArrayBuffer", bytes.buffer],
    ["a SharedArrayBuffer", new SharedArrayBuffer(32)],
    ["a DataView", new DataView(bytes.buffer)],
    ["a Uint16Array", new Uint16Array(16)],
    ["a Uint8ClampedArray", new Uint8ClampedArray(32)],
    ["an array of bytes", [...bytes]],
    ["a String object", new String("0123456789abcdef")],
    ["a proxy", new Proxy(bytes, {})],
    ["a number", 2 ** 40],
    ["null", null],
    ["false", false],
    ["text with a lone surrogate", `0123456789abcdef\ud800`],
    ["a key object", createSecretKey(bytes)],
  ])("throws a RangeError for a token that is %s", (_, token) => {
    expect(() => channelSettings({ token } as never)).toThrow(RangeError);
  });

  test.each<[string, string | Uint8Array]>([
    ["a Buffer", Buffer.from(bytes)],
    ["a view of a part of a buffer", new Uint8Array(new Uint8Array(64).fill(1).buffer, 16, 32)],
    ["a view of shared memory", new Uint8Array(new SharedArrayBuffer(32)).fill(1)],
    ["a subclass with its own iterator", new MisleadingBytes(bytes.buffer.slice(0))],
    ["text", "\u0001".repeat(32)],
  ])("copies a token that is %s byte for byte", (_, token) => {
    const settings = channelSettings({ token });
    if (typeof token !== "string") token.fill(9);
    expect(settings.token).toEqual(bytes);
    expect(channelSettings(settings).token).toEqual(bytes);
  });

  test.each<object>([
    { signal: {} },
    { signal: null },
    { signal: new AbortController() },
    { schema: {} },
    { schema: null },
    { schema: { "~standard": {} } },
    { heartbeat: 0 },
    { heartbeat: null },
    { heartbeat: {} },
    { maxHeaderBytes: "1000" },
    { maxPayloadBytes: null },
    { handshakeTimeout: 5n },
  ])("throws a RangeError for the wrong type in %o", (options) => {
    expect(() => channelSettings(options)).toThrow(RangeError);
  });

  test("throws a RangeError for a callback that is not a function", () => {
    expect(() => listenSettings({ onRefused: {} } as never)).toThrow(RangeError);
    expect(() => connectSettings({ onRetry: "log" } as never)).toThrow(RangeError);
  });

  /** Options whose properties are getters on a prototype and record each read. */
  class Getters {
    readonly reads: string[] = [];
    #heartbeat = this.#noting("heartbeat", { interval: 100, timeout: 300 });

    get signal() {
      return this.#read("signal", undefined);
    }
    get schema() {
      return this.#read("schema", undefined);
    }
    get token() {
      return this.#read("token", bytes);
    }
    get maxHeaderBytes() {
      return this.#read("maxHeaderBytes", 1000);
    }
    get maxPayloadBytes() {
      return this.#read("maxPayloadBytes", 1000);
    }
    get handshakeTimeout() {
      return this.#read("handshakeTimeout", 1000);
    }
    get closeTimeout() {
      return this.#read("closeTimeout", 1000);
    }
    get heartbeat() {
      return this.#read("heartbeat", this.#heartbeat);
    }
    get onRefused() {
      return this.#read("onRefused", undefined);
    }
    get onRetry() {
      return this.#read("onRetry", undefined);
    }
    get giveUpAfter() {
      return this.#read("giveUpAfter", 1000);
    }

    #read<T>(name: string, value: T): T {
      this.reads.push(name);
      return value;
    }

    #noting<T extends object>(name: string, fields: T): T {
      const get = (target: T, key: string) => this.#read(`${name}.${key}`, target[key as keyof T]);
      return new Proxy(fields, { get: (target, key) => get(target, String(key)) });
    }
  }

  test.each([
    ["listen", listenSettings, ["onRefused"]],
    ["connect", connectSettings, ["onRetry", "giveUpAfter"]],
  ] as const)("reads each option once, also from a prototype (%s)", (_, read, more) => {
    const options = new Getters();
    const settings = read(options);
    const names = ["signal", "schema", "token", "maxHeaderBytes", "maxPayloadBytes", "handshakeTimeout"];
    const rest = ["closeTimeout", "heartbeat", "heartbeat.interval", "heartbeat.timeout", ...more];
    expect(options.reads.toSorted()).toEqual([...names, ...rest].toSorted());
    expect(settings).toMatchObject({ token: bytes, maxHeaderBytes: 1000, closeTimeout: 1000 });
  });

  test("returns no schema for transport options", () => {
    const schema = undefined;
    // @ts-expect-error Transport options have no schema.
    const listen: TransportListenOptions = { schema };
    // @ts-expect-error Transport options have no schema.
    const connect: TransportConnectOptions = { schema };
    expect(transportListenSettings(listen)).not.toHaveProperty("schema");
    expect(transportConnectSettings(connect)).not.toHaveProperty("schema");
  });

  test("keeps the heartbeat and the schema when the caller changes these options later", async () => {
    const heartbeat = { interval: 100, timeout: 300 };
    const standard = { version: 1 as const, vendor: "test", validate: (value: unknown) => ({ value }) };
    const schema = { "~standard": standard };
    const settings = channelSettings({ heartbeat, schema });
    heartbeat.interval = 1;
    standard.validate = () => ({ value: "changed" });
    expect(settings.heartbeat).toEqual({ interval: 100, timeout: 300 });
    expect(await settings.schema?.["~standard"].validate(1)).toEqual({ value: 1 });
  });

  test("turns the exception or rejection of a callback into a process warning", async () => {
    const warn = vi.spyOn(process, "emitWarning").mockReturnValue();
    onTestFinished(() => warn.mockRestore());
    const throwing = () => {
      throw new Error("thrown");
    };
    const rejecting = () => Promise.reject(new Error("rejected")) as never;
    listenSettings({ onRefused: throwing }).onRefused?.(1);
    connectSettings({ onRetry: rejecting }).onRetry?.(1, 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(warn).toHaveBeenCalledTimes(2);
  });

  test("measures a token in bytes, not in characters", () => {
    expect(channelSettings({ token: "ääääääää" }).token).toEqual(new Uint8Array(Buffer.from("ääääääää")));
  });
});
