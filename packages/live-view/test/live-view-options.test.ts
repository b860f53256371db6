import { describe, expect, test } from "vitest";
import { LiveView, type LiveViewOptions } from "../src/index.ts";
import { connectPair } from "./support/open-view.ts";

describe("LiveView options", () => {
  test("throws a RangeError for a misspelled option, which would let everyone watch", async () => {
    const { receiver } = await connectPair();
    const options = { authorise: () => ({ watch: false, control: false }) };
    const open = () => new LiveView(receiver, options as LiveViewOptions);
    expect(open).toThrow(new RangeError('unknown option "authorise", did you mean "authorize"?'));
  });

  test("throws a RangeError for an unknown option whose value is undefined", async () => {
    const { receiver } = await connectPair();
    const open = () => new LiveView(receiver, { trustproxy: undefined } as LiveViewOptions);
    expect(open).toThrow(new RangeError('unknown option "trustproxy", did you mean "trustProxy"?'));
  });

  test("accepts undefined for every option", async () => {
    const { receiver } = await connectPair();
    const options: Record<keyof LiveViewOptions, undefined> = {
      authorize: undefined,
      origins: undefined,
      trustProxy: undefined,
      control: undefined,
      maxViewers: undefined,
      pingInterval: undefined,
      idleDemand: undefined,
      maxMessageLength: undefined,
    };
    await using view = new LiveView(receiver, options);
    expect(view.viewers.size).toBe(0);
  });
});
