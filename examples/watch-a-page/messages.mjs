// The messages between page.mjs and watch.mjs, with schemas of their data. Any Standard Schema works, also zod or arktype.
import * as v from "valibot";

export const messageSchemas = {
  click: v.object({ x: v.number(), y: v.number() }),
  type: v.object({ text: v.string() }),
  typed: v.object({ value: v.string() }),
};
