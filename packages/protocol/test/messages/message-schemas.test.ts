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
  it("copies the schemas, so later changes by the caller have no effect", () => {
    const given: Record<string, (typeof schemas)["click"]> = { click: schemas.click };
    const copy = copyMessageSchemas(given);
    delete given.click;
    expect(copy).toEqual({ click: schemas.click });
    expect(copyMessageSchemas(undefined)).toBeUndefined();
  });

  it("accepts a schema that is a function", () => {
    const callable = Object.assign(() => {}, { "~standard": schemas.click["~standard"] });
    expect(copyMessageSchemas({ click: callable })).toEqual({ click: callable });
  });

  it.each([null, 5, "click", { click: null }, { click: {} }, { click: { "~standard": {} } }])(
    "throws a RangeError for a value that is not an object of schemas: %j",
    (wrong) => {
      expect(() => copyMessageSchemas(wrong as never)).toThrow(RangeError);
    },
  );
});

describe("message types", () => {
  it("ReceivedMessage is a union that is discriminated by type, with the output type of each schema", () => {
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

  it("MessageArguments has the input type of each schema, and requires data unless the schema accepts undefined", () => {
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
