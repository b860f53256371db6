import { duplexPair } from "node:stream";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { describe, expectTypeOf, test } from "vitest";
import { IPCChannel, IPCServer, type ListenOptions, type Message } from "../../src/index.ts";

type Request = { type: "add"; numbers: number[] };
type Answer = { type: "sum"; value: number };

declare const schema: StandardSchemaV1<{ type: "add"; numbers: string[] }, Request>;
declare const path: string;
const [near] = duplexPair();

// This function is never called. Only the compiler checks it.
async function channels() {
  const accepted = await IPCChannel.accept(path, { schema });
  expectTypeOf(accepted).toEqualTypeOf<IPCChannel<Request, unknown>>();
  expectTypeOf(await IPCChannel.connect(path, { schema })).toEqualTypeOf<IPCChannel<Request, unknown>>();
  const over = await IPCChannel.over(near, { schema, role: "accept" });
  expectTypeOf(over).toEqualTypeOf<IPCChannel<Request, unknown>>();
  accepted.send({ type: "sum", value: 3 });
  for await (const message of accepted) expectTypeOf(message).toEqualTypeOf<Message<Request>>();
  for await (const channel of await IPCServer.listen(path, { schema })) {
    expectTypeOf(channel).toEqualTypeOf<IPCChannel<Request, unknown>>();
  }
}

async function annotated() {
  const channel: IPCChannel<Request, Answer> = await IPCChannel.accept(path, { schema });
  expectTypeOf(channel.send).parameter(0).toEqualTypeOf<Answer>();
  const server: IPCServer<Request, Answer> = await IPCServer.listen(path, { schema });
  return [channel, server];
}

async function withoutSchema(options: ListenOptions) {
  expectTypeOf(await IPCChannel.accept(path)).toEqualTypeOf<IPCChannel<unknown, unknown>>();
  expectTypeOf(await IPCChannel.accept(path, options)).toEqualTypeOf<IPCChannel<unknown, unknown>>();
  expectTypeOf(await IPCChannel.accept<Request>(path)).toEqualTypeOf<IPCChannel<Request, Request>>();
}

async function explicit() {
  const channel = await IPCChannel.accept<Request, Answer>(path, { schema });
  expectTypeOf(channel).toEqualTypeOf<IPCChannel<Request, Answer>>();
  // @ts-expect-error The schema's output has another type.
  await IPCChannel.accept<Answer, Answer>(path, { schema });
}

describe("IPCChannel", () => {
  test("infers the type of incoming headers from the schema, and lets outgoing headers have another type", () => {
    expectTypeOf(channels).returns.toEqualTypeOf<Promise<void>>();
    expectTypeOf(annotated).returns.resolves.toBeArray();
  });

  test("types headers without a schema as unknown or as the stated type", () => {
    expectTypeOf(withoutSchema).parameters.toEqualTypeOf<[ListenOptions]>();
    expectTypeOf(explicit).returns.toEqualTypeOf<Promise<void>>();
  });
});
