// The messages between page.mjs and watch.mjs, each with a schema of its data: any Standard Schema (zod, valibot, arktype, …).
import * as v from "valibot";

export const messageSchemas = {
  click: v.object({ x: v.number(), y: v.number() }),
  type: v.object({ text: v.string() }),
  typed: v.object({ value: v.string() }),
};
