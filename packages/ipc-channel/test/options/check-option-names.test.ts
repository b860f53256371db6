import { duplexPair } from "node:stream";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { IPCChannel, IPCServer } from "../../src/index.ts";
import { checkOptionNames } from "../../src/options/check-option-names.ts";

const known = { authorize: true, origins: true, control: true } as const;

describe("checkOptionNames", () => {
  test.each([
    [{ authorise: () => true }, 'unknown option "authorise", did you mean "authorize"?'],
    [{ Origin: [] }, 'unknown option "Origin", did you mean "origins"?'],
    [{ control: "shared", authorised: undefined }, 'unknown option "authorised", did you mean "authorize"?'],
    [{ limit: 5 }, 'unknown option "limit", known options: authorize, origins, control'],
    [{ toString: 5 }, 'unknown option "toString", known options: authorize, origins, control'],
    [Object.assign(Object.create(null), { contrl: 5 }), 'unknown option "contrl", did you mean "control"?'],
    [runInNewContext("({ contrl: 5 })"), 'unknown option "contrl", did you mean "control"?'],
  ])("throws a RangeError for %o", (options, message) => {
    expect(() => checkOptionNames(options, known)).toThrow(new RangeError(message));
  });

  test("names the option that contains the unknown one", () => {
    const check = (options: object) => () =>
      checkOptionNames(options, { bitrate: true, size: true }, "video");
    expect(check({ bitRate: 1 })).toThrow('unknown option "video.bitRate", did you mean "video.bitrate"?');
    expect(check({ other: 1 })).toThrow(
      'unknown option "video.other", known options: video.bitrate, video.size',
    );
  });

  test("accepts known names, with any value", () => {
    checkOptionNames({}, known);
    checkOptionNames({ authorize: undefined, control: null }, known);
  });

  test("accepts inherited and non-enumerable properties, symbols and instances of classes", () => {
    class Options {
      readonly other = 1;
    }
    const hidden = Object.defineProperty({}, "other", { value: 1 });
    for (const options of [new Options(), Object.create({ other: 1 }), hidden, { [Symbol("other")]: 1 }]) {
      expect(() => checkOptionNames(options, known)).not.toThrow();
    }
  });

  test.each([undefined, null, false, "text", 5])("leaves the value %o to the caller", (value) => {
    expect(() => checkOptionNames(value, known)).not.toThrow();
  });

  test("does not read the values", () => {
    const options = {
      get control(): string {
        throw new Error("the value was read");
      },
    };
    expect(() => checkOptionNames(options, known)).not.toThrow();
  });
});

describe("IPCChannel and IPCServer", () => {
  // With known options, these calls would reject with ERR_IPC_PATH_INVALID or wait for a peer.
  test.each<[string, (options: object) => Promise<unknown>]>([
    ["IPCChannel.accept", (options) => IPCChannel.accept("/no/such/directory", options)],
    ["IPCChannel.connect", (options) => IPCChannel.connect("/nobody/listens/here", options)],
    ["IPCChannel.over", (options) => IPCChannel.over(duplexPair()[0], { ...options, role: "accept" })],
    ["IPCServer.listen", (options) => IPCServer.listen("/no/such/directory", options)],
  ])("%s rejects an unknown option with a RangeError", async (_, open) => {
    const misspelled = open({ tokn: "a token of sixteen bytes and more" });
    await expect(misspelled).rejects.toThrow(new RangeError('unknown option "tokn", did you mean "token"?'));
    const heartbeat = { interval: 100, timeout: 300, timeOut: 300 };
    await expect(open({ heartbeat })).rejects.toThrow(
      '"heartbeat.timeOut", did you mean "heartbeat.timeout"?',
    );
  });

  test("rejects an option of another call with a RangeError", async () => {
    const retrying: object = { giveUpAfter: 1000 };
    await expect(IPCChannel.accept("/no/such/directory", retrying)).rejects.toThrow('"giveUpAfter"');
    const refusing: object = { onRefused: () => {} };
    await expect(IPCChannel.connect("/nobody/listens/here", refusing)).rejects.toThrow('"onRefused"');
  });
});
