import * as v from "valibot";
import { describe, expect, expectTypeOf, it } from "vitest";
import { copyMessageSchemas, type MessageArguments, type ReceivedMessage } from "../../src/index.ts";

const schemas = {
  click: v.object({ x: v.number() }),
  text: v.pipe(
    v.string(),
    v.transform((text) => text.length),
  ),
  ping: v.optional(v.string()),
};
type Schemas = typeof schemas;

describe("copyMessageSchemas()", () => {
  it("copies the schemas, so that later changes have no effect", () => {
    const given: Record<string, (typeof schemas)["click"]> = { click: schemas.click };
    const copy = copyMessageSchemas(given);
    delete given.click;
    expect(copy).toEqual({ click: schemas.click });
    expect(copyMessageSchemas(undefined)).toBeUndefined();
  });

  it("takes a schema that is a function", () => {
    const callable = Object.assign(() => {}, { "~standard": schemas.click["~standard"] });
    expect(copyMessageSchemas({ click: callable })).toEqual({ click: callable });
  });

  it.each([null, 5, "click", { click: null }, { click: {} }, { click: { "~standard": {} } }])(
    "refuses with a RangeError what is no object of schemas: %j",
    (wrong) => {
      expect(() => copyMessageSchemas(wrong as never)).toThrow(RangeError);
    },
  );
});

describe("the types", () => {
  it("of incoming messages are a union discriminated by type, with the output of each schema", () => {
    type Payload = Uint8Array | undefined;
    expectTypeOf<ReceivedMessage<Schemas>>().toEqualTypeOf<
      | { readonly type: "click"; readonly data: { x: number }; readonly payload: Payload }
      | { readonly type: "text"; readonly data: number; readonly payload: Payload }
      | { readonly type: "ping"; readonly data: string | undefined; readonly payload: Payload }
    >();
    expectTypeOf<ReceivedMessage>().toEqualTypeOf<{
      readonly type: string;
      readonly data: unknown;
      readonly payload: Payload;
    }>();
  });

  it("of sent messages have the input of each schema, and data may be omitted only if it is optional", () => {
    expectTypeOf<["click", { x: number }]>().toExtend<MessageArguments<Schemas>>();
    expectTypeOf<["text", string, Uint8Array]>().toExtend<MessageArguments<Schemas>>();
    expectTypeOf<["ping"]>().toExtend<MessageArguments<Schemas>>();
    expectTypeOf<["click"]>().not.toExtend<MessageArguments<Schemas>>();
    expectTypeOf<["text", number]>().not.toExtend<MessageArguments<Schemas>>();
    expectTypeOf<["other", string]>().not.toExtend<MessageArguments<Schemas>>();
    expectTypeOf<[string]>().toExtend<MessageArguments>();
    expectTypeOf<[string, unknown, Uint8Array | undefined]>().toExtend<MessageArguments>();
  });
});
