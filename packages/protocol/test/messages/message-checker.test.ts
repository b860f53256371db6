import type { StandardSchemaV1 } from "@standard-schema/spec";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import {
  type MessageChecks,
  MessageExchange,
  type MessageSchemas,
  type ReceivedMessage,
} from "../../src/index.ts";

/** A stand-in for validate() of ipc-channel. */
const validate: MessageChecks["validate"] = (schema, value, refuse) => {
  const read = (result: Awaited<ReturnType<(typeof schema)["~standard"]["validate"]>>) => {
    if (result.issues) throw refuse(result.issues[0]?.message ?? "");
    return result.value;
  };
  const result = schema["~standard"].validate(value);
  return "then" in result ? Promise.resolve(result).then(read) : read(result);
};

function checked(schemas: MessageSchemas, isClaimed?: (type: string) => boolean) {
  const delivered: ReceivedMessage[] = [];
  const failures: unknown[] = [];
  const exchange = new MessageExchange((message) => delivered.push(message), {
    checks: { schemas, validate, onFailure: (error) => failures.push(error), isClaimed },
  });
  const granted = { messages: 0, bytes: 0 };
  exchange.connect(async (header) => {
    if (header.type === "message-credit") Object.assign(granted, header);
  });
  const receive = (name: string, data?: unknown, payload?: Uint8Array) =>
    exchange.receive({ type: "message", name, data }, payload);
  return { exchange, delivered, failures, granted, receive };
}

/** An asynchronous schema that multiplies numbers by ten. Each entry of `answers` settles one validation. */
function slowSchema() {
  const answers: (() => void)[] = [];
  const result = (value: unknown): StandardSchemaV1.Result<number> =>
    typeof value === "number" ? { value: value * 10 } : { issues: [{ message: "no number" }] };
  const schema: StandardSchemaV1<number> = {
    "~standard": {
      version: 1,
      vendor: "test",
      validate: (value) => new Promise((resolve) => answers.push(() => resolve(result(value)))),
    },
  };
  return { schema, answers };
}

const click = v.object({ x: v.number() });

describe("MessageExchange with schemas", () => {
  it("delivers the output of a synchronous schema synchronously", () => {
    const { delivered, receive } = checked({ text: v.pipe(v.string(), v.trim()) });
    receive("text", "  hello ", Uint8Array.of(1));
    expect(delivered).toEqual([{ type: "text", data: "hello", payload: Uint8Array.of(1) }]);
  });

  it("refuses a message that fails its schema with ERR_PROTOCOL_INVALID_MESSAGE, and delivers the next message", () => {
    const { delivered, failures, receive } = checked({ click });
    receive("click", { x: "left" });
    receive("click");
    receive("click", { x: 1 });
    expect(failures).toMatchObject([
      { name: "ProtocolError", code: "ERR_PROTOCOL_INVALID_MESSAGE" },
      { name: "ProtocolError", code: "ERR_PROTOCOL_INVALID_MESSAGE" },
    ]);
    expect(delivered).toMatchObject([{ data: { x: 1 } }]);
  });

  it.each(["clack", "", "__proto__", "constructor", "toString", "x".repeat(1024)])(
    "refuses a message of an unlisted type with ERR_PROTOCOL_UNKNOWN_MESSAGE: %j",
    (type) => {
      const { delivered, failures, receive } = checked({ click });
      receive(type, { x: 1 });
      expect(delivered).toEqual([]);
      expect(failures).toMatchObject([{ code: "ERR_PROTOCOL_UNKNOWN_MESSAGE" }]);
      expect((failures[0] as Error).message.length).toBeLessThan(200);
    },
  );

  it("delivers messages of claimed types without a schema unchanged, in order, and checks the others", async () => {
    const { schema: slow, answers } = slowSchema();
    const { exchange, delivered, failures, receive } = checked({ slow, click }, (type) => type !== "clack");
    receive("input", { x: "left" }, Uint8Array.of(1));
    receive("slow", 1);
    receive("input", 2);
    receive("click", "left");
    receive("clack");
    const ended = new Promise<void>((resolve) => exchange.afterChecks(resolve));
    for (const answer of answers) answer();
    await ended;
    expect(delivered).toEqual([
      { type: "input", data: { x: "left" }, payload: Uint8Array.of(1) },
      { type: "slow", data: 10, payload: undefined },
      { type: "input", data: 2, payload: undefined },
    ]);
    expect(failures).toMatchObject([
      { code: "ERR_PROTOCOL_INVALID_MESSAGE" },
      { code: "ERR_PROTOCOL_UNKNOWN_MESSAGE" },
    ]);
  });

  it("returns the credit of refused messages", async () => {
    const { delivered, failures, granted, receive } = checked({ click });
    for (let count = 0; count < 10_000; count++) {
      // A grant is sent in a later microtask.
      if (granted.messages <= count) await new Promise(setImmediate);
      expect(granted.messages).toBeGreaterThan(count);
      receive(count % 2 ? "click" : "clack", null, new Uint8Array(1024));
    }
    expect(failures).toHaveLength(10_000);
    receive("click", { x: 1 });
    expect(delivered).toHaveLength(1);
  });

  it("keeps the order of messages if a later validation settles first", async () => {
    const { schema: slow, answers } = slowSchema();
    const { exchange, delivered, failures, receive } = checked({ slow, click });
    receive("slow", 1);
    receive("click", { x: 2 });
    receive("slow", 3);
    receive("slow", "no number");
    receive("clack");
    expect(exchange.checking).toBe(5);
    const ended = new Promise<void>((resolve) => exchange.afterChecks(resolve));
    for (const answer of answers.reverse()) answer();
    await ended;
    expect(delivered.map(({ data }) => data)).toEqual([10, { x: 2 }, 30]);
    expect(failures).toMatchObject([
      { code: "ERR_PROTOCOL_INVALID_MESSAGE" },
      { code: "ERR_PROTOCOL_UNKNOWN_MESSAGE" },
    ]);
    expect(exchange.checking).toBe(0);
  });

  it("reduces the first grant of the next connection by the number of messages still being checked", async () => {
    const { schema: slow, answers } = slowSchema();
    const { exchange, delivered, receive } = checked({ slow });
    for (let data = 0; data < 100; data++) receive("slow", data);
    exchange.disconnect();
    let granted = 0;
    exchange.connect(async (header) => {
      if (header.type === "message-credit") granted = header.messages;
    });
    expect(granted).toBe(156);
    for (const answer of answers) answer();
    await new Promise<void>((resolve) => exchange.afterChecks(resolve));
    for (const message of delivered) exchange.take(message);
    expect(delivered).toHaveLength(100);
  });

  it("calls the callback of afterChecks() synchronously if no message is being checked", () => {
    let isCalled = false;
    checked({ click }).exchange.afterChecks(() => {
      isCalled = true;
    });
    expect(isCalled).toBe(true);
  });
});
