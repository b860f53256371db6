import { describe, expect, it } from "vitest";
import { settleAll } from "../../src/delta/region-codec.ts";

describe("settleAll", () => {
  it("resolves with all values in order", async () => {
    expect(await settleAll([Promise.resolve(1), Promise.resolve("two")])).toEqual([1, "two"]);
    expect(await settleAll([])).toEqual([]);
  });

  it("rejects with the first failure after all promises have settled", async () => {
    let finish = () => {};
    const work = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const heard: string[] = [];
    const all = settleAll([
      work,
      Promise.reject(new Error("one")),
      Promise.reject(new Error("another")),
    ]).catch(({ message }) => heard.push(message));
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toEqual([]);
    finish();
    await all;
    expect(heard).toEqual(["one"]);
  });
});
