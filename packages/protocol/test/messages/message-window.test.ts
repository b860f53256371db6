import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MessageWindow } from "../../src/messages/message-window.ts";

const windowBytes = 4 * 1024 * 1024;

/** A window that has granted credit and received `count` messages of `bytes` bytes each. */
function received(count: number, bytes = 0): MessageWindow {
  const window = new MessageWindow();
  window.grant();
  for (let message = 0; message < count; message++) expect(window.accept(bytes)).toBe(true);
  return window;
}

describe("MessageWindow", () => {
  it("accepts no message before its first grant", () => {
    expect(new MessageWindow().accept(0)).toBe(false);
  });

  it("grants 256 messages and 4 MiB at first", () => {
    const window = new MessageWindow();
    expect(window.grant()).toEqual({ messages: 256, bytes: windowBytes });
    expect(window.grant()).toBeUndefined();
  });

  it("accepts exactly as many messages as it granted", () => {
    const window = received(256);
    expect(window.accept(0)).toBe(false);
  });

  it("accepts one message that exceeds the granted bytes, and refuses the next message", () => {
    const window = received(1, windowBytes - 1);
    expect(window.accept(10 * windowBytes)).toBe(true);
    expect(window.accept(0)).toBe(false);
  });

  it("refuses a message when the granted bytes are used up exactly", () => {
    const window = received(4, windowBytes / 4);
    expect(window.accept(0)).toBe(false);
  });

  it("grants again when half of the messages are consumed", () => {
    const window = received(200);
    for (let message = 0; message < 127; message++) window.take(0);
    expect(window.grant()).toBeUndefined();
    window.take(0);
    expect(window.grant()).toEqual({ messages: 384, bytes: windowBytes });
  });

  it("grants again when half of the bytes are consumed", () => {
    const window = received(2, windowBytes / 2);
    window.take(windowBytes / 2 - 1);
    expect(window.grant()).toBeUndefined();
    window.take(1);
    expect(window.grant()).toEqual({ messages: 258, bytes: windowBytes * 1.5 });
  });

  it("reduces the first grant of the next connection by the number and bytes of unconsumed messages", () => {
    const window = received(200, 100);
    window.take(100);
    window.reconnect();
    expect(window.accept(0)).toBe(false);
    expect(window.grant()).toEqual({ messages: 57, bytes: windowBytes - 19_900 });
    for (let message = 0; message < 57; message++) expect(window.accept(0)).toBe(true);
    expect(window.accept(0)).toBe(false);
    for (let message = 0; message < 199; message++) window.take(100);
    expect(window.grant()).toEqual({ messages: 256, bytes: windowBytes });
  });

  it("grants 0 bytes, not a negative number, if unconsumed messages exceed the window", () => {
    const window = received(1, 3 * windowBytes);
    window.reconnect();
    expect(window.grant()).toEqual({ messages: 255, bytes: 0 });
    expect(window.accept(0)).toBe(false);
    window.take(3 * windowBytes);
    expect(window.grant()).toEqual({ messages: 256, bytes: windowBytes });
  });

  it("accepts no message while unconsumed messages of all connections fill the window, never lowers a grant, and grants more when messages are consumed", () => {
    const step = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({ bytes: fc.constantFrom(0, 1, 1000, windowBytes / 4 + 1, windowBytes * 2) }),
      },
      { weight: 5, arbitrary: fc.record({ burst: fc.integer({ min: 1, max: 150 }) }) },
      { weight: 5, arbitrary: fc.record({ take: fc.integer({ min: 1, max: 150 }) }) },
      { weight: 1, arbitrary: fc.constant("reconnect" as const) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
        const window = new MessageWindow();
        const unconsumed: number[] = [];
        let granted = { messages: 0, bytes: 0 };
        let [sentMessages, sentBytes] = [0, 0];
        const grant = () => {
          const next = window.grant();
          if (!next) return;
          expect(next.messages).toBeGreaterThanOrEqual(granted.messages);
          expect(next.bytes).toBeGreaterThanOrEqual(granted.bytes);
          granted = next;
        };
        const send = (bytes: number) => {
          const isGranted = sentMessages < granted.messages && sentBytes < granted.bytes;
          if (window.accept(bytes) !== isGranted)
            throw new Error("accept() must return true only for a message with credit");
          if (!isGranted) return;
          const before = unconsumed.reduce((sum, each) => sum + each, 0);
          if (unconsumed.length >= 256 || before >= windowBytes)
            throw new Error("unconsumed messages exceed the window");
          sentMessages++;
          sentBytes += bytes;
          unconsumed.push(bytes);
        };
        grant();
        for (const step of steps) {
          if (step === "reconnect") {
            window.reconnect();
            granted = { messages: 0, bytes: 0 };
            [sentMessages, sentBytes] = [0, 0];
          } else if ("bytes" in step) send(step.bytes);
          else if ("burst" in step) for (let count = 0; count < step.burst; count++) send(10);
          else for (const bytes of unconsumed.splice(0, step.take)) window.take(bytes);
          grant();
        }
        for (const bytes of unconsumed.splice(0)) window.take(bytes);
        grant();
        expect(granted.messages - sentMessages).toBeGreaterThan(128);
        expect(granted.bytes - sentBytes).toBeGreaterThan(windowBytes / 2);
      }),
      { numRuns: 1000 },
    );
  });
});
