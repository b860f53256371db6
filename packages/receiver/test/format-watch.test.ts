import { expect, it } from "vitest";
import { FormatWatch } from "../src/format-watch.ts";

it("tells of the first format, and of each change of any of its parts, once", () => {
  const watch = new FormatWatch();
  const first = { format: "s16", sampleRate: 8000, numberOfChannels: 1 } as const;
  const others = [{ ...first, format: "f32" } as const, { ...first, sampleRate: 44_100 }, first];
  expect(watch.see(first)).toEqual(first);
  for (const format of others) {
    expect(watch.see({ ...format })).toEqual(format);
    expect(watch.see({ ...format })).toBeUndefined();
  }
  expect(watch.see({ ...first, numberOfChannels: 2 })).toMatchObject({ numberOfChannels: 2 });
});
