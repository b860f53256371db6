import type { StandardSchemaV1 } from "@standard-schema/spec";
import { describe, expect, test } from "vitest";
import { validate } from "../../src/options/validate.ts";

function schemaOf<T>(check: StandardSchemaV1.Props<unknown, T>["validate"]): StandardSchemaV1<unknown, T> {
  return { "~standard": { version: 1, vendor: "test", validate: check } };
}

const refuse = (reason: string, cause?: unknown) => new Error(reason, { cause });

describe("validate", () => {
  test("returns the output of a synchronous schema, and a promise for an asynchronous one", async () => {
    const increment = (value: unknown) => ({ value: Number(value) + 1 });
    expect(validate(schemaOf(increment), 1, refuse)).toBe(2);
    const later = validate(
      schemaOf(async (value) => increment(value)),
      1,
      refuse,
    );
    expect(later).toBeInstanceOf(Promise);
    expect(await later).toBe(2);
  });

  test("passes the schema's exception to refuse() as the cause", async () => {
    const fault = new TypeError("a fault");
    const throwing = schemaOf(() => {
      throw fault;
    });
    expect(() => validate(throwing, 1, refuse)).toThrow(expect.objectContaining({ cause: fault }));
    const rejecting = schemaOf(() => Promise.reject(fault));
    await expect(validate(rejecting, 1, refuse)).rejects.toMatchObject({ cause: fault });
  });

  test("limits the reason for a value with thousands of issues to 500 characters", () => {
    const reasons: string[] = [];
    const issues = Array.from({ length: 5000 }, (_, index) => ({
      message: `is no number but ${"x".repeat(1000)}`,
      path: ["numbers", { key: index }],
    }));
    const failing = schemaOf(() => ({ issues }));
    const keep = (reason: string) => {
      reasons.push(reason);
      return new Error(reason);
    };
    expect(() => validate(failing, [], keep)).toThrow();
    expect(reasons[0]).toMatch(/^numbers\.0: is no number/);
    expect(reasons[0]?.length).toBeLessThanOrEqual(500);
  });
});
