import { describe, expect, it } from "vitest";
import { chooseEncoding } from "../../src/options/choose-encoding.ts";

describe("chooseEncoding", () => {
  it("returns the codec's encoding if the consumer accepts all encodings", () => {
    for (const own of ["raw", "jpeg", "png", "webp", "delta"] as const) {
      expect(chooseEncoding(own, undefined)).toBe(own);
    }
  });

  it("returns the codec's encoding if the consumer names it at any position", () => {
    expect(chooseEncoding("png", ["jpeg", "png"])).toBe("png");
  });

  it("returns the first known encoding that the consumer names if the codec's encoding is not among them", () => {
    expect(chooseEncoding("jpeg", ["av1", "webp", "png"])).toBe("webp");
    expect(chooseEncoding("png", ["raw", "jpeg"])).toBe("raw");
  });

  it("returns raw if the consumer names no known encoding", () => {
    expect(chooseEncoding("jpeg", ["av1", "auto", "toString"])).toBe("raw");
    expect(chooseEncoding("jpeg", [])).toBe("raw");
  });

  it("returns raw for a raw codec if the consumer names raw, otherwise the first named encoding", () => {
    expect(chooseEncoding("raw", ["jpeg", "raw"])).toBe("raw");
    expect(chooseEncoding("raw", ["jpeg"])).toBe("jpeg");
  });

  it("returns the first of delta, JPEG and raw that the consumer names if the codec is auto", () => {
    expect(chooseEncoding("auto", ["jpeg", "delta"])).toBe("delta");
    expect(chooseEncoding("auto", ["raw", "jpeg"])).toBe("jpeg");
    for (const encodings of [undefined, [], ["raw"], ["png"], ["av1"]]) {
      expect(chooseEncoding("auto", encodings)).toBe("raw");
    }
  });
});
