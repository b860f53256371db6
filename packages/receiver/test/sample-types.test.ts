import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { EncodedImageSample, ImageSample } from "@broadcast-ipc/image-codec";
import { expectTypeOf, test } from "vitest";
import { numberSchema } from "../../../tests/support/number-schema.ts";
import type { BroadcastReceiver, BroadcastServer, MessageSchemas, ReceivedMessage } from "../src/index.ts";
import { BroadcastReceiver as Receiver } from "../src/index.ts";

type Image = ImageSample & Disposable;
type Encoded = EncodedImageSample & Disposable;
type Audio = AudioSample & Disposable;

const messageSchemas = { count: numberSchema().schema };
declare const path: string;
declare const isDecoded: boolean;

// These functions are never called. The compiler checks them.
async function decoded() {
  const receiver = await Receiver.accept(path, { demand: { video: {}, audio: {} } });
  for await (using sample of receiver) expectTypeOf(sample).toEqualTypeOf<Image | Audio>();
  for await (const sample of receiver.samples({ type: "image" })) expectTypeOf(sample).toEqualTypeOf<Image>();
  for await (const sample of receiver.samples({ type: "audio" })) expectTypeOf(sample).toEqualTypeOf<Audio>();
  for await (const sample of receiver) if (sample.type === "image") expectTypeOf(sample.format).toBeString();
  // @ts-expect-error The type is unknown.
  receiver.samples({ type: "video" });
}

async function passedThrough() {
  const receiver = await Receiver.accept(path, { decode: false });
  for await (const sample of receiver.samples({ type: "image" })) {
    expectTypeOf(sample).toEqualTypeOf<Image | Encoded>();
    if ("encoding" in sample) expectTypeOf(sample.encoding).toEqualTypeOf<"jpeg" | "png" | "webp">();
  }
  const perhaps = await Receiver.accept(path, { decode: isDecoded });
  expectTypeOf(perhaps).toEqualTypeOf<BroadcastReceiver<MessageSchemas, boolean>>();
}

/** Accepts a receiver with any message types, as a package that consumes receivers does. */
async function any(receiver: BroadcastReceiver) {
  receiver.send("anything", { at: "all" });
  for await (const message of receiver.messages()) expectTypeOf(message).toEqualTypeOf<ReceivedMessage>();
}

async function messages() {
  const receiver = await Receiver.accept(path, { messageSchemas });
  receiver.send("count", 5);
  // @ts-expect-error The data is missing.
  receiver.send("count");
  // @ts-expect-error The data is not a number.
  receiver.send("count", "five");
  // @ts-expect-error The type is unknown.
  receiver.send("sum", 5);
  for await (const { type, data } of receiver.messages()) {
    expectTypeOf(type).toEqualTypeOf<"count">();
    expectTypeOf(data).toEqualTypeOf<number>();
  }
  for await (const one of await Receiver.listen(path, { messageSchemas, decode: false })) {
    expectTypeOf(one).toEqualTypeOf<BroadcastReceiver<typeof messageSchemas, false>>();
    await any(one);
  }
  await any(receiver);
}

async function options() {
  const schema = numberSchema().schema;
  // @ts-expect-error There is no option `schema`. The option for message types is `messageSchemas`.
  await Receiver.accept(path, { schema });
  // @ts-expect-error There is no option `schema`. The option for message types is `messageSchemas`.
  await Receiver.listen(path, { schema });
  expectTypeOf(await Receiver.listen(path, { messageSchemas })).toExtend<BroadcastServer>();
  (await Receiver.accept(path)).on("failure", (error) => expectTypeOf(error).toEqualTypeOf<Error>());
}

test("samples() yields disposable samples, discriminated by type and uncompressed unless decode is false", () => {
  expectTypeOf(decoded).returns.toEqualTypeOf<Promise<void>>();
  expectTypeOf(passedThrough).returns.toEqualTypeOf<Promise<void>>();
});

test("messageSchemas types send() and messages(), and a typed receiver is assignable to BroadcastReceiver", () => {
  expectTypeOf(messages).returns.toEqualTypeOf<Promise<void>>();
  expectTypeOf(any).parameter(0).toEqualTypeOf<BroadcastReceiver>();
});

test('accept() and listen() have no option `schema`, and listeners of "failure" receive an Error', () => {
  expectTypeOf(options).returns.toEqualTypeOf<Promise<void>>();
});
