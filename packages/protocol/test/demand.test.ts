import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { combineDemands, combineVideoDemands, type VideoDemand } from "../src/index.ts";

const demands: fc.Arbitrary<VideoDemand> = fc.record(
  {
    maxFps: fc.constantFrom(1, 5, 29.97, 60),
    maxWidth: fc.integer({ min: 1, max: 4000 }),
    maxHeight: fc.integer({ min: 1, max: 4000 }),
    quality: fc.integer({ min: 1, max: 100 }),
    encodings: fc.uniqueArray(fc.constantFrom("raw", "jpeg", "png", "webp", "delta")),
    delivery: fc.constantFrom("latest" as const, "all" as const),
  },
  { requiredKeys: [] },
);

describe("combineDemands()", () => {
  it("returns audio if one consumer wants audio, and the combined video", () => {
    expect(combineDemands([])).toEqual({ video: null, audio: null });
    const [video, audio] = [
      { video: { maxFps: 5 }, audio: null },
      { video: null, audio: {} },
    ];
    expect(combineDemands([video, audio])).toEqual({ video: { maxFps: 5 }, audio: {} });
  });
});

describe("combineVideoDemands()", () => {
  it("returns null if no consumer wants video", () => {
    expect(combineVideoDemands([])).toBeNull();
    expect(combineVideoDemands([null, null])).toBeNull();
  });

  it("returns the demand of the only consumer that wants video", () => {
    const demand: VideoDemand = { maxFps: 5, maxWidth: 640, encodings: ["jpeg"], delivery: "all" };
    expect(combineVideoDemands([null, demand, null])).toEqual(demand);
    expect(combineVideoDemands([{}])).toEqual({});
  });

  it.each<[string, VideoDemand[], VideoDemand]>([
    ["the largest rate", [{ maxFps: 5 }, { maxFps: 30 }], { maxFps: 30 }],
    ["no rate if one consumer has none", [{ maxFps: 5 }, {}], {}],
    [
      "the largest width and height, of different consumers",
      [
        { maxWidth: 1280, maxHeight: 360 },
        { maxWidth: 640, maxHeight: 720 },
      ],
      { maxWidth: 1280, maxHeight: 720 },
    ],
    ["no size if the consumers limit different sides", [{ maxWidth: 1280 }, { maxHeight: 720 }], {}],
    ["the largest quality", [{ quality: 30 }, { quality: 90 }], { quality: 90 }],
    ["no quality if one consumer leaves it to the codec", [{ quality: 90 }, {}], {}],
    ["the only list of encodings", [{ encodings: ["jpeg", "webp"] }, {}], { encodings: ["jpeg", "webp"] }],
    [
      "the common encodings, in the order of the first list",
      [{ encodings: ["webp", "jpeg", "png"] }, { encodings: ["png", "webp"] }],
      { encodings: ["webp", "png"] },
    ],
    [
      "an empty list, which allows raw pixels only, if no encoding is common",
      [{ encodings: ["jpeg"] }, { encodings: ["png"] }],
      { encodings: [] },
    ],
    ["an empty list if one consumer accepts only raw pixels", [{ encodings: [] }, {}], { encodings: [] }],
    [
      'delivery "all" if one consumer needs every frame, without the rate of another one',
      [{ maxFps: 30 }, { delivery: "all" }],
      { delivery: "all" },
    ],
    ["no delivery if all consumers want the latest frame", [{ delivery: "latest" }, {}], {}],
  ])("returns %s", (_, wanted, combined) => {
    expect(combineVideoDemands(wanted)).toEqual(combined);
  });

  it("treats undefined like an absent field", () => {
    const demand = { maxFps: undefined, encodings: undefined } as unknown as VideoDemand;
    expect(combineVideoDemands([{ maxFps: 5, encodings: ["jpeg"] }, demand])).toEqual({
      encodings: ["jpeg"],
    });
  });

  it("limits no consumer below its own demand, and uses no encoding that a consumer refuses", () => {
    fc.assert(
      fc.property(fc.array(demands, { minLength: 1 }), (list) => {
        const combined = combineVideoDemands(list) as VideoDemand;
        for (const demand of list) {
          for (const limit of ["maxFps", "maxWidth", "maxHeight", "quality"] as const) {
            const own = demand[limit] ?? Number.POSITIVE_INFINITY;
            if (limit !== "quality")
              expect(combined[limit] ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(own);
            else if (combined.quality !== undefined) expect(combined.quality).toBeGreaterThanOrEqual(own);
          }
          if (demand.encodings)
            expect(demand.encodings).toEqual(expect.arrayContaining([...(combined.encodings ?? ["?"])]));
          if (demand.delivery === "all") expect(combined.delivery).toBe("all");
        }
      }),
    );
  });

  it("gives the same result in one step and in several", () => {
    fc.assert(
      fc.property(fc.array(fc.option(demands)), fc.array(fc.option(demands)), (some, others) => {
        const parts = [combineVideoDemands(some), combineVideoDemands(others)];
        expect(combineVideoDemands(parts)).toEqual(combineVideoDemands([...some, ...others]));
      }),
    );
  });
});
