import type { MessageSchemas } from "@broadcast-ipc/protocol";
import type { BroadcastReceiver, BroadcastServer } from "@broadcast-ipc/receiver";
import type { BroadcastUploader } from "@broadcast-ipc/uploader";
import * as v from "valibot";
import { expectTypeOf, test } from "vitest";
import type { LiveView } from "../src/live-view.ts";

type Source = ConstructorParameters<typeof LiveView>[0];

test("LiveView accepts receivers and servers of every type, and no uploader", () => {
  const schemas = { title: v.object({ text: v.string() }) };
  expectTypeOf<BroadcastReceiver>().toExtend<Source>();
  expectTypeOf<BroadcastReceiver<MessageSchemas, false>>().toExtend<Source>();
  expectTypeOf<BroadcastReceiver<typeof schemas, false>>().toExtend<Source>();
  expectTypeOf<BroadcastServer<typeof schemas, true>>().toExtend<Source>();
  expectTypeOf<BroadcastUploader>().not.toExtend<Source>();
});
