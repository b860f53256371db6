import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MessageLane } from "../../src/messages/message-lane.ts";

interface Item {
  readonly id: number;
  readonly bytes: number;
}

function laneOf(...sizes: number[]): MessageLane<Item> {
  const lane = new MessageLane<Item>();
  for (const [id, bytes] of sizes.entries()) lane.push({ id, bytes });
  return lane;
}

function shiftAll(lane: MessageLane<Item>): number[] {
  const ids: number[] = [];
  for (let item = lane.shift(); item; item = lane.shift()) ids.push(item.id);
  return ids;
}

describe("MessageLane", () => {
  it("returns no message before credit arrives", () => {
    expect(shiftAll(laneOf(0, 0))).toEqual([]);
  });

  it("returns messages in order, as many as the credit allows", () => {
    const lane = laneOf(1, 1, 1, 1);
    lane.credit({ messages: 2, bytes: 100 });
    expect(shiftAll(lane)).toEqual([0, 1]);
    lane.credit({ messages: 3, bytes: 100 });
    expect(shiftAll(lane)).toEqual([2]);
  });

  it("returns messages until the granted bytes are used up, and the last message may exceed them", () => {
    const lane = laneOf(9, 1000, 0);
    lane.credit({ messages: 100, bytes: 10 });
    expect(shiftAll(lane)).toEqual([0, 1]);
    lane.credit({ messages: 100, bytes: 1009 });
    expect(shiftAll(lane)).toEqual([]);
    lane.credit({ messages: 100, bytes: 1010 });
    expect(shiftAll(lane)).toEqual([2]);
  });

  it("ignores credit that is lower than before", () => {
    const lane = laneOf(1, 1);
    lane.credit({ messages: 2, bytes: 2 });
    lane.credit({ messages: 1, bytes: 0 });
    expect(shiftAll(lane)).toEqual([0, 1]);
  });

  it("keeps its credit while no message waits", () => {
    const lane = laneOf();
    lane.credit({ messages: 1, bytes: 1 });
    expect(shiftAll(lane)).toEqual([]);
    lane.push({ id: 7, bytes: 1 });
    expect(shiftAll(lane)).toEqual([7]);
  });

  it("accepts a message in pass() only if there is credit and no other message waits", () => {
    const lane = new MessageLane<Item>();
    expect(lane.pass({ id: 0, bytes: 1 })).toBe(false);
    lane.credit({ messages: 3, bytes: 2 });
    expect(lane.pass({ id: 1, bytes: 1 })).toBe(true);
    lane.push({ id: 2, bytes: 1 });
    expect(lane.pass({ id: 3, bytes: 1 })).toBe(false);
    expect(shiftAll(lane)).toEqual([2]);
    expect(lane.pass({ id: 4, bytes: 1 })).toBe(false);
  });

  it("reuses the credit of a message that could not be sent", () => {
    const lane = laneOf(10, 10, 10);
    lane.credit({ messages: 2, bytes: 20 });
    const first = lane.shift();
    lane.shift();
    expect(lane.shift()).toBeUndefined();
    lane.giveBack(first as Item);
    expect(shiftAll(lane)).toEqual([2]);
  });

  it("keeps waiting messages for the next connection, which starts without credit", () => {
    const lane = laneOf(1, 1, 1);
    lane.credit({ messages: 1, bytes: 100 });
    expect(shiftAll(lane)).toEqual([0]);
    lane.credit({ messages: 2, bytes: 100 });
    lane.reconnect();
    expect(shiftAll(lane)).toEqual([]);
    lane.credit({ messages: 1, bytes: 1 });
    expect(shiftAll(lane)).toEqual([1]);
  });

  it("returns all waiting messages on clear()", () => {
    const lane = laneOf(1, 1);
    expect(lane.clear().map(({ id }) => id)).toEqual([0, 1]);
    lane.credit({ messages: 9, bytes: 9 });
    expect(shiftAll(lane)).toEqual([]);
  });

  it("returns each message once and in order, within the credit, for any sequence of calls", () => {
    const step = fc.oneof(
      fc.record({ push: fc.nat(100) }),
      fc.record({ messages: fc.nat(3), bytes: fc.nat(150) }),
      fc.constantFrom("shift" as const, "fail" as const, "reconnect" as const),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80, size: "max" }), (steps) => {
        const lane = new MessageLane<Item>();
        const left: number[] = [];
        let pushed = 0;
        let granted = { messages: 0, bytes: 0 };
        let sent: Item[] = [];
        for (const step of steps) {
          if (step === "reconnect") {
            lane.reconnect();
            granted = { messages: 0, bytes: 0 };
            sent = [];
          } else if (step === "fail") {
            const item = sent.pop();
            if (item) lane.giveBack(item);
          } else if (step === "shift") {
            const bytes = sent.reduce((sum, each) => sum + each.bytes, 0);
            const isGranted = sent.length < granted.messages && bytes < granted.bytes;
            const item = lane.shift();
            expect(item !== undefined).toBe(isGranted && left.length < pushed);
            if (!item) continue;
            sent.push(item);
            left.push(item.id);
          } else if ("push" in step) lane.push({ id: pushed++, bytes: step.push });
          else {
            granted = { messages: granted.messages + step.messages, bytes: granted.bytes + step.bytes };
            lane.credit(granted);
          }
        }
        expect([...left, ...lane.clear().map(({ id }) => id)]).toEqual([...Array(pushed).keys()]);
      }),
    );
  });
});
