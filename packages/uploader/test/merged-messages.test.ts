import type { ReceivedMessage } from "@broadcast-ipc/protocol";
import { describe, expect, it } from "vitest";
import { MergedMessages } from "../src/merged-messages.ts";

const failures = {
  report(error: unknown): void {
    throw error;
  },
};

/** A source of messages whose data are their numbers. `pulled` counts the messages that were taken from it. */
class Source implements AsyncIterable<ReceivedMessage> {
  pulled = 0;
  readonly #count: number;
  readonly #payload: Uint8Array | undefined;

  constructor(count: number, payload?: Uint8Array) {
    this.#count = count;
    this.#payload = payload;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ReceivedMessage> {
    while (this.pulled < this.#count) yield { type: "n", data: this.pulled++, payload: this.#payload };
  }
}

describe("MergedMessages", () => {
  it.each<[string, number, Uint8Array | undefined]>([
    ["256 messages", 256, undefined],
    ["4 MiB of payloads", 2, new Uint8Array(2 * 1024 * 1024)],
  ])("takes no more messages from a source while %s wait, and yields all", async (_, bound, payload) => {
    const merged = new MergedMessages(undefined);
    const source = new Source(bound + 10, payload);
    const added = merged.add(source, failures);
    merged.end();
    const settle = () => new Promise(setImmediate);
    await settle();
    expect(source.pulled).toBe(bound);
    const messages = merged.iterate({});
    expect((await messages.next()).value).toMatchObject({ data: 0 });
    await settle();
    expect(source.pulled).toBe(bound + 1);
    const rest: unknown[] = [];
    for await (const { data } of messages) rest.push(data);
    expect(rest).toEqual(Array.from({ length: bound + 9 }, (_, index) => index + 1));
    await added;
  });

  it("ends after end() was called and all sources are done", async () => {
    const merged = new MergedMessages(["n"]);
    const messages = merged.iterate({});
    await merged.add(new Source(1), failures);
    expect((await messages.next()).value).toMatchObject({ data: 0 });
    const next = messages.next();
    await merged.add(new Source(1), failures);
    expect((await next).value).toMatchObject({ data: 0 });
    merged.end();
    expect(await messages.next()).toEqual({ done: true, value: undefined });
  });

  it("reports the error of a source, and continues with the others", async () => {
    const reported: unknown[] = [];
    const merged = new MergedMessages(undefined);
    const broken = {
      async *[Symbol.asyncIterator](): AsyncGenerator<ReceivedMessage> {
        yield { type: "n", data: "last", payload: undefined };
        throw new Error("broken");
      },
    };
    await merged.add(broken, { report: (error) => reported.push(error) });
    merged.add(new Source(1), failures);
    const messages = merged.iterate({});
    expect((await messages.next()).value).toMatchObject({ data: "last" });
    expect((await messages.next()).value).toMatchObject({ data: 0 });
    expect(reported).toMatchObject([{ message: "broken" }]);
  });
});
