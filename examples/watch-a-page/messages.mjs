// Schemas for the data of the messages between page.mjs and watch.mjs. Any Standard Schema works, such as zod or arktype.
import * as v from "valibot";

export const messageSchemas = {
  click: v.object({ x: v.number(), y: v.number() }),
  type: v.object({ text: v.string() }),
  typed: v.object({ value: v.string() }),
};
