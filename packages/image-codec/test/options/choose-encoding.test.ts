import { describe, expect, it } from "vitest";
import { chooseEncoding } from "../../src/options/choose-encoding.ts";

describe("chooseEncoding", () => {
  it("takes the codec's own encoding when the consumer takes anything", () => {
    for (const own of ["raw", "jpeg", "png", "webp", "delta"] as const) {
      expect(chooseEncoding(own, undefined)).toBe(own);
    }
  });

  it("takes the codec's own encoding when the consumer names it, wherever", () => {
    expect(chooseEncoding("png", ["jpeg", "png"])).toBe("png");
  });

  it("takes the first that the consumer names and this version knows when it does not name the codec's own", () => {
    expect(chooseEncoding("jpeg", ["av1", "webp", "png"])).toBe("webp");
    expect(chooseEncoding("png", ["raw", "jpeg"])).toBe("raw");
  });

  it("is raw when nothing that the consumer names is known", () => {
    expect(chooseEncoding("jpeg", ["av1", "auto", "toString"])).toBe("raw");
    expect(chooseEncoding("jpeg", [])).toBe("raw");
  });

  it("is raw for a raw codec, unless the consumer names others only", () => {
    expect(chooseEncoding("raw", ["jpeg", "raw"])).toBe("raw");
    expect(chooseEncoding("raw", ["jpeg"])).toBe("jpeg");
  });

  it("is delta, else JPEG, for an automatic codec when the consumer names it, else raw", () => {
    expect(chooseEncoding("auto", ["jpeg", "delta"])).toBe("delta");
    expect(chooseEncoding("auto", ["raw", "jpeg"])).toBe("jpeg");
    for (const encodings of [undefined, [], ["raw"], ["png"], ["av1"]]) {
      expect(chooseEncoding("auto", encodings)).toBe("raw");
    }
  });
});
