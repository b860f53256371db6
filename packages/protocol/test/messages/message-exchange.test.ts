import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type MessageCreditMessage,
  MessageExchange,
  type MessageTransport,
  maxTextLength,
  type ReceivedMessage,
  type UserMessage,
} from "../../src/index.ts";

const windowMessages = 256;
const windowBytes = 4 * 1024 * 1024;

/** One end of a connection. `delivered` holds received messages until take() consumes them and moves them to `taken`. */
class End {
  readonly delivered: ReceivedMessage[] = [];
  readonly taken: ReceivedMessage[] = [];
  readonly exchange = new MessageExchange((message) => this.delivered.push(message));

  receive(header: UserMessage | MessageCreditMessage, payload?: Uint8Array): void {
    if (header.type === "message") this.exchange.receive(header, payload);
    else this.exchange.credit(header);
  }

  take(count = Number.POSITIVE_INFINITY): void {
    for (const message of this.delivered.splice(0, count)) {
      this.taken.push(message);
      this.exchange.take(message);
    }
  }

  get names(): string[] {
    return [...this.taken, ...this.delivered].map(({ type }) => type);
  }
}

/** Resolves when all messages in flight have arrived. Each message needs a few microtasks. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 2000; turn++) await undefined;
}

/** A transport that delivers messages to `end` in order, each in a later microtask. */
function transportTo(end: End): MessageTransport {
  let last: Promise<void> = Promise.resolve();
  return (header, payload) => {
    last = last.then(() => end.receive(structuredClone(header), payload));
    return last;
  };
}

function connect(one: End, other: End): void {
  one.exchange.connect(transportTo(other));
  other.exchange.connect(transportTo(one));
}

function connectedEnds(): { one: End; other: End } {
  const [one, other] = [new End(), new End()];
  connect(one, other);
  return { one, other };
}

/** An end whose transport records headers. Each entry of `failures` rejects one message in flight. */
function endWithLog() {
  const end = new End();
  const log: (UserMessage | MessageCreditMessage)[] = [];
  const failures: ((reason: unknown) => void)[] = [];
  const transport: MessageTransport = (header) => {
    log.push(header);
    if (header.type !== "message") return Promise.resolve();
    return new Promise((_, reject) => failures.push(reject));
  };
  const messages = () => log.flatMap((header) => (header.type === "message" ? [header.name] : []));
  return { end, log, failures, transport, messages };
}

describe("MessageExchange: two connected ends", () => {
  it("delivers data and payload unchanged in both directions", async () => {
    const { one, other } = connectedEnds();
    await one.exchange.send("question", { deep: [1, null] }, Uint8Array.of(1, 2));
    await other.exchange.send("answer");
    expect(other.delivered).toEqual([
      { type: "question", data: { deep: [1, null] }, payload: Uint8Array.of(1, 2) },
    ]);
    expect(one.delivered).toEqual([{ type: "answer", data: undefined, payload: undefined }]);
  });

  it("delivers an empty payload and null data unchanged", async () => {
    const { one, other } = connectedEnds();
    await one.exchange.send("empty", null, new Uint8Array());
    expect(other.delivered).toEqual([{ type: "empty", data: null, payload: new Uint8Array() }]);
  });

  it("keeps the order of 1,000 messages that are sent at once", async () => {
    const { one, other } = connectedEnds();
    const names = Array.from({ length: 1000 }, (_, index) => `${index}`);
    const sent = Promise.all(names.map((name) => one.exchange.send(name)));
    while (other.taken.length < names.length) {
      await settled();
      expect(other.delivered.length).toBeLessThanOrEqual(windowMessages);
      expect(other.delivered.length).toBeGreaterThan(0);
      other.take(100);
    }
    await sent;
    expect(other.names).toEqual(names);
  });

  it("sends at most 256 messages until the peer consumes half of them", async () => {
    const { one, other } = connectedEnds();
    let sent = 0;
    for (let count = 0; count < 300; count++) one.exchange.send("m").then(() => sent++);
    await settled();
    expect(other.delivered).toHaveLength(windowMessages);
    expect(sent).toBe(windowMessages);
    other.take(127);
    await settled();
    expect(sent).toBe(windowMessages);
    other.take(1);
    await settled();
    expect(sent).toBe(300);
  });

  it("sends at most 4 MiB and one more message to a peer that consumes no messages", async () => {
    const { one, other } = connectedEnds();
    const payload = new Uint8Array(windowBytes / 4 - 1);
    for (let count = 0; count < 8; count++) one.exchange.send("m", count, payload);
    await settled();
    expect(other.delivered).toHaveLength(5);
    other.take();
    await settled();
    expect(other.names).toHaveLength(8);
  });

  it("delivers messages larger than the window one at a time", async () => {
    const { one, other } = connectedEnds();
    const payload = new Uint8Array(2 * windowBytes);
    for (let count = 0; count < 3; count++) one.exchange.send(`${count}`, undefined, payload);
    for (let count = 1; count <= 3; count++) {
      await settled();
      expect(other.delivered).toHaveLength(1);
      other.take();
      expect(other.taken).toHaveLength(count);
    }
    expect(other.names).toEqual(["0", "1", "2"]);
  });

  it("sends messages while the other direction waits for credit", async () => {
    const { one, other } = connectedEnds();
    for (let count = 0; count < 300; count++) one.exchange.send("m");
    await settled();
    await other.exchange.send("still moving");
    expect(one.names).toEqual(["still moving"]);
  });

  it("delivers every message in order within the window of 256 messages and 4 MiB, for any sequence of sends, takes and reconnections", async () => {
    const side = fc.constantFrom("one" as const, "other" as const);
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({
          send: fc.integer({ min: 1, max: 200 }),
          bytes: fc.constantFrom(0, 10, windowBytes / 10, windowBytes + 1),
          side,
        }),
      },
      { weight: 3, arbitrary: fc.record({ take: fc.integer({ min: 1, max: 300 }), side }) },
      { weight: 1, arbitrary: fc.constant("reconnect" as const) },
    );
    const payloads = new Map<number, Uint8Array>();
    const payloadOf = (bytes: number) => {
      const payload = payloads.get(bytes) ?? new Uint8Array(bytes);
      payloads.set(bytes, payload);
      return payload;
    };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12, size: "max" }), async (steps) => {
        const ends = connectedEnds();
        const sent = { one: [] as string[], other: [] as string[] };
        for (const step of steps) {
          if (step === "reconnect") {
            await settled();
            ends.one.exchange.disconnect();
            ends.other.exchange.disconnect();
            connect(ends.one, ends.other);
          } else if ("send" in step) {
            for (let count = 0; count < Math.min(step.send, step.bytes > 10 ? 20 : 200); count++) {
              const name = `${sent[step.side].length}`;
              sent[step.side].push(name);
              ends[step.side].exchange.send(name, undefined, payloadOf(step.bytes));
            }
          } else {
            await settled();
            ends[step.side].take(step.take);
          }
          for (const { delivered } of Object.values(ends)) {
            expect(delivered.length).toBeLessThanOrEqual(windowMessages);
            const bytes = delivered
              .slice(0, -1)
              .reduce((sum, { payload }) => sum + (payload?.length ?? 0), 0);
            expect(bytes).toBeLessThan(windowBytes);
          }
        }
        const isDone = () =>
          ends.other.taken.length === sent.one.length && ends.one.taken.length === sent.other.length;
        for (let round = 0; round < 3000 && !isDone(); round++) {
          for (let turn = 0; turn < 20; turn++) await undefined;
          ends.one.take();
          ends.other.take();
        }
        expect(ends.other.names).toEqual(sent.one);
        expect(ends.one.names).toEqual(sent.other);
      }),
      { numRuns: 200 },
    );
  });
});

describe("MessageExchange.send() and receive()", () => {
  it("sends a message only after the first connection is open and credit has arrived", () => {
    const { end, log, transport, messages } = endWithLog();
    end.exchange.send("a");
    end.exchange.connect(transport);
    expect(log).toEqual([{ type: "message-credit", messages: windowMessages, bytes: windowBytes }]);
    end.exchange.credit({ type: "message-credit", messages: 1, bytes: 1 });
    expect(messages()).toEqual(["a"]);
  });

  it("sends no message on a new connection before credit arrives, even if the last connection had credit", () => {
    const { end, transport, messages } = endWithLog();
    end.exchange.connect(transport);
    end.exchange.credit({ type: "message-credit", messages: 9, bytes: 9 });
    end.exchange.disconnect();
    end.exchange.send("a");
    expect(messages()).toEqual([]);
    end.exchange.connect(transport);
    expect(messages()).toEqual([]);
    end.exchange.credit({ type: "message-credit", messages: 1, bytes: 1 });
    expect(messages()).toEqual(["a"]);
  });

  it("rejects a message that cannot be sent, and uses its credit for the next message", async () => {
    const { end, failures, transport, messages } = endWithLog();
    end.exchange.connect(transport);
    end.exchange.credit({ type: "message-credit", messages: 1, bytes: 100 });
    const first = end.exchange.send("too large", undefined, new Uint8Array(100));
    end.exchange.send("next");
    expect(messages()).toEqual(["too large"]);
    const reason = new Error("too large");
    failures[0]?.(reason);
    await expect(first).rejects.toBe(reason);
    expect(messages()).toEqual(["too large", "next"]);
  });

  it("adds no credit on the new connection when a message of the previous connection fails", async () => {
    const { end, failures, transport, messages } = endWithLog();
    end.exchange.connect(transport);
    end.exchange.credit({ type: "message-credit", messages: 1, bytes: 100 });
    const first = end.exchange.send("a");
    end.exchange.disconnect();
    end.exchange.connect(transport);
    end.exchange.credit({ type: "message-credit", messages: 1, bytes: 100 });
    failures[0]?.(new Error("lost"));
    await expect(first).rejects.toThrow("lost");
    end.exchange.send("b");
    end.exchange.send("c");
    expect(messages()).toEqual(["a", "b"]);
  });

  it.each([
    ["a type that is not a string", 5, undefined],
    ["a type that is too long", "a".repeat(maxTextLength + 1), undefined],
    ["a payload that is not a Uint8Array", "a", "text"],
    ["a payload that is another typed array", "a", new Uint16Array(1)],
  ])("rejects a message with %s", async (_, type, payload) => {
    const { end, transport, messages } = endWithLog();
    end.exchange.connect(transport);
    end.exchange.credit({ type: "message-credit", messages: 9, bytes: 9 });
    const send = end.exchange.send(type as string, undefined, payload as Uint8Array | undefined);
    await expect(send).rejects.toBeInstanceOf(TypeError);
    expect(messages()).toEqual([]);
  });

  it("accepts the longest type and an empty type", () => {
    const { end, transport, messages } = endWithLog();
    end.exchange.connect(transport);
    end.exchange.credit({ type: "message-credit", messages: 9, bytes: 9 });
    end.exchange.send("");
    end.exchange.send("a".repeat(maxTextLength));
    expect(messages()).toEqual(["", "a".repeat(maxTextLength)]);
  });

  it("throws ERR_PROTOCOL_NO_CREDIT for a received message without credit", () => {
    const end = new End();
    expect(() => end.exchange.receive({ type: "message", name: "a" }, undefined)).toThrow(
      expect.objectContaining({ code: "ERR_PROTOCOL_NO_CREDIT" }),
    );
    expect(end.delivered).toEqual([]);
  });

  it("reduces the first grant of the next connection by the number of unconsumed messages", () => {
    const { end, log, transport } = endWithLog();
    end.exchange.connect(transport);
    for (let count = 0; count < 100; count++) end.exchange.receive({ type: "message", name: "m" }, undefined);
    end.exchange.disconnect();
    end.take(10);
    end.exchange.connect(transport);
    expect(log.at(-1)).toEqual({
      type: "message-credit",
      messages: windowMessages - 90,
      bytes: windowBytes,
    });
  });
});

describe("MessageExchange.close()", () => {
  it("rejects waiting and later messages with the error of the first close() call", async () => {
    const { end, transport } = endWithLog();
    const waiting = end.exchange.send("waiting");
    const reason = new Error("over");
    end.exchange.close(reason);
    end.exchange.close(new Error("again"));
    await expect(waiting).rejects.toBe(reason);
    await expect(end.exchange.send("later")).rejects.toBe(reason);
    end.exchange.connect(transport);
    await expect(end.exchange.send("later")).rejects.toBe(reason);
  });

  it("does not reject messages in flight", async () => {
    const { one, other } = connectedEnds();
    await settled();
    const sent = one.exchange.send("in flight");
    one.exchange.close(new Error("over"));
    await sent;
    expect(other.names).toEqual(["in flight"]);
  });

  it("stops granting credit", () => {
    const { end, log, transport } = endWithLog();
    end.exchange.connect(transport);
    for (let count = 0; count < 200; count++) end.exchange.receive({ type: "message", name: "m" }, undefined);
    end.exchange.close(new Error("over"));
    end.take();
    expect(log).toHaveLength(1);
  });
});

describe("MessageExchange with a peer that grants credit for 1e9 messages", () => {
  it("keeps at most 256 messages in flight", async () => {
    const end = new End();
    const log: string[] = [];
    const leave: (() => void)[] = [];
    end.exchange.connect((header) => {
      if (header.type !== "message") return Promise.resolve();
      log.push(header.name);
      return new Promise((resolve) => leave.push(resolve));
    });
    const names = Array.from({ length: 1000 }, (_, index) => `${index}`);
    for (const name of names) end.exchange.send(name);
    end.exchange.credit({ type: "message-credit", messages: 1e9, bytes: 1e12 });
    expect(log).toHaveLength(256);
    for (const resolve of leave.splice(0, 100)) resolve();
    await settled();
    expect(log).toHaveLength(356);
    while (leave.length > 0) {
      for (const resolve of leave.splice(0)) resolve();
      await settled();
    }
    expect(log).toEqual(names);
  });

  it("keeps at most 256 messages in flight on the next connection too", async () => {
    const { end, transport, messages } = endWithLog();
    for (let count = 0; count < 600; count++) end.exchange.send("m");
    for (let connection = 1; connection <= 2; connection++) {
      end.exchange.connect(transport);
      end.exchange.credit({ type: "message-credit", messages: 1e9, bytes: 1e12 });
      expect(messages()).toHaveLength(connection * 256);
    }
  });
});

describe("MessageExchange with a peer that does not read grants", () => {
  it("sends one grant at a time, and the next grant covers all messages consumed in the meantime", async () => {
    const end = new End();
    const grants: number[] = [];
    let leave = () => {};
    end.exchange.connect((header) => {
      if (header.type === "message-credit") grants.push(header.messages);
      return new Promise((resolve) => {
        leave = resolve;
      });
    });
    for (let count = 0; count < 256; count++) end.exchange.receive({ type: "message", name: "m" }, undefined);
    end.take();
    await settled();
    expect(grants).toEqual([256]);
    leave();
    await settled();
    expect(grants).toEqual([256, 512]);
  });
});

describe("MessageExchange.drain()", () => {
  const error = new Error("closing");

  it("resolves at once without a connection or without messages to send", async () => {
    const { end, transport } = endWithLog();
    end.exchange.send("waiting");
    await end.exchange.drain(error);
    const idle = new End();
    idle.exchange.connect(transport);
    await idle.exchange.drain(error);
  });

  it("rejects later messages, and resolves when all earlier messages have been sent", async () => {
    const { one, other } = connectedEnds();
    const sent = Array.from({ length: 300 }, (_, index) => one.exchange.send(`${index}`));
    let isDrained = false;
    const drained = one.exchange.drain(error).then(() => {
      isDrained = true;
    });
    await expect(one.exchange.send("later")).rejects.toBe(error);
    await settled();
    expect(isDrained).toBe(false);
    other.take();
    await Promise.all([drained, ...sent]);
    expect(other.names).toHaveLength(300);
  });

  it("receives messages and grants credit until the promise resolves", async () => {
    const { one, other } = connectedEnds();
    for (let count = 0; count < 300; count++) one.exchange.send("m");
    const drained = one.exchange.drain(error);
    const sent = Array.from({ length: 300 }, () => other.exchange.send("m"));
    await settled();
    one.take();
    other.take();
    await Promise.all([drained, ...sent]);
    expect(one.names).toHaveLength(300);
  });

  it("resolves when the connection is lost", async () => {
    const { end, transport } = endWithLog();
    end.exchange.connect(transport);
    const waiting = end.exchange.send("waiting");
    const drained = end.exchange.drain(error);
    end.exchange.disconnect();
    await drained;
    end.exchange.close(error);
    await expect(waiting).rejects.toBe(error);
  });
});

describe("MessageExchange with the option settle", () => {
  it("calls settle for each promise of send(), resolved or rejected", async () => {
    const postponed: (() => void)[] = [];
    const exchange = new MessageExchange(() => {}, { settle: (settle) => postponed.push(settle) });
    exchange.connect((header) => {
      const isBad = header.type === "message" && header.name === "bad";
      return isBad ? Promise.reject(new Error("bad")) : Promise.resolve();
    });
    exchange.credit({ type: "message-credit", messages: 9, bytes: 9 });
    const outcomes: string[] = [];
    for (const type of ["good", "bad", 5 as never]) {
      exchange.send(type).then(
        () => outcomes.push("sent"),
        (error) => outcomes.push(error.name),
      );
    }
    await settled();
    expect(outcomes).toEqual([]);
    for (const settle of postponed) settle();
    await settled();
    expect(outcomes.toSorted()).toEqual(["Error", "TypeError", "sent"]);
  });
});

describe("MessageExchange: promises that are not awaited", () => {
  it("causes no unhandledRejection for a rejected message or grant", async () => {
    const unhandled: unknown[] = [];
    const onUnhandled = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", onUnhandled);
    try {
      const { exchange } = new End();
      exchange.connect(() => Promise.reject(new Error("lost")));
      exchange.credit({ type: "message-credit", messages: 9, bytes: 9 });
      exchange.send("a");
      exchange.close(new Error("over"));
      exchange.send("b");
      await new Promise((resolve) => setImmediate(resolve));
      expect(unhandled).toEqual([]);
    } finally {
      process.off("unhandledRejection", onUnhandled);
    }
  });
});
