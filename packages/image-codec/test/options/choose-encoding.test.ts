import { describe, expect, it } from "vitest";
import { chooseEncoding } from "../../src/options/choose-encoding.ts";

describe("chooseEncoding", () => {
  it("returns the codec's encoding if the consumer accepts all encodings", () => {
    for (const own of ["raw", "jpeg", "png", "webp", "delta"] as const) {
      expect(chooseEncoding(own, undefined)).toBe(own);
    }
  });

  it("returns the codec's encoding if the consumer lists it at any position", () => {
    expect(chooseEncoding("png", ["jpeg", "png"])).toBe("png");
  });

  it("returns the consumer's first known encoding if the consumer does not list the codec's encoding", () => {
    expect(chooseEncoding("jpeg", ["av1", "webp", "png"])).toBe("webp");
    expect(chooseEncoding("png", ["raw", "jpeg"])).toBe("raw");
  });

  it("returns raw if the consumer lists no known encoding", () => {
    expect(chooseEncoding("jpeg", ["av1", "auto", "toString"])).toBe("raw");
    expect(chooseEncoding("jpeg", [])).toBe("raw");
  });

  it("returns raw for a raw codec if the consumer lists raw, otherwise the first listed encoding", () => {
    expect(chooseEncoding("raw", ["jpeg", "raw"])).toBe("raw");
    expect(chooseEncoding("raw", ["jpeg"])).toBe("jpeg");
  });

  it("returns delta for an auto codec if the consumer lists delta, else JPEG if listed, else raw", () => {
    expect(chooseEncoding("auto", ["jpeg", "delta"])).toBe("delta");
    expect(chooseEncoding("auto", ["raw", "jpeg"])).toBe("jpeg");
    for (const encodings of [undefined, [], ["raw"], ["png"], ["av1"]]) {
      expect(chooseEncoding("auto", encodings)).toBe("raw");
    }
  });
});
