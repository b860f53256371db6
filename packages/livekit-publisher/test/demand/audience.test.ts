import { describe, expect, it } from "vitest";
import { Audience } from "../../src/demand/audience.ts";
import { layerOf, outboundOf } from "./fake-outbound.ts";

const active = outboundOf([layerOf({ rid: "h", isActive: false }), layerOf({ rid: "q" })]);
const paused = outboundOf([layerOf({ rid: "h", isActive: false }), layerOf({ rid: "q", isActive: false })]);
const alone = { participants: 0, isRecording: false };

describe("Audience", () => {
  it("returns true while a layer is active, and false once all are paused", () => {
    const audience = new Audience();
    expect(audience.observe({ outbound: active, participants: 1, isRecording: false }, 0)).toBe(true);
    expect(audience.observe({ outbound: paused, participants: 1, isRecording: false }, 500)).toBe(false);
    expect(audience.observe({ outbound: active, participants: 1, isRecording: false }, 1_000)).toBe(true);
  });

  it("ignores the participants once all layers have been paused", () => {
    const audience = new Audience();
    audience.observe({ outbound: paused, ...alone }, 0);
    expect(audience.observe({ outbound: active, ...alone }, 1_000)).toBe(true);
    expect(audience.observe({ outbound: active, ...alone }, 60_000)).toBe(true);
    expect(audience.observe({ outbound: paused, participants: 3, isRecording: true }, 61_000)).toBe(false);
  });

  it("keeps its decision while there are no statistics", () => {
    const audience = new Audience();
    audience.observe({ outbound: paused, ...alone }, 0);
    expect(audience.observe({ outbound: undefined, participants: 2, isRecording: false }, 500)).toBe(false);
    audience.observe({ outbound: active, ...alone }, 1_000);
    expect(audience.observe({ outbound: undefined, ...alone }, 60_000)).toBe(true);
  });

  it.each([active, undefined])(
    "counts the video as not taken after 10 s alone if no pause was seen",
    (outbound) => {
      const audience = new Audience();
      expect(audience.observe({ outbound, ...alone }, 1_000)).toBe(true);
      expect(audience.observe({ outbound, ...alone }, 10_999)).toBe(true);
      expect(audience.observe({ outbound, ...alone }, 11_000)).toBe(false);
      expect(audience.observe({ outbound, participants: 1, isRecording: false }, 11_500)).toBe(true);
      expect(audience.observe({ outbound, ...alone }, 12_000)).toBe(true);
      expect(audience.observe({ outbound, ...alone }, 22_000)).toBe(false);
    },
  );

  it("returns true while the room is being recorded", () => {
    const audience = new Audience();
    for (let now = 0; now < 60_000; now += 500) {
      expect(audience.observe({ outbound: active, participants: 0, isRecording: true }, now)).toBe(true);
    }
  });
});
