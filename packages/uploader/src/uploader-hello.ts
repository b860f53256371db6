import { randomUUID } from "node:crypto";
import { clockId } from "@broadcast-ipc/clock";
import type { UploaderHello } from "@broadcast-ipc/protocol";

/** Makes the hello of a new uploader, which is the same on all its connections. */
export function uploaderHello(name: string | undefined): UploaderHello {
  const clock = clockId();
  return {
    type: "hello",
    id: randomUUID(),
    ...(name !== undefined && { name }),
    ...(clock !== undefined && { clock }),
  };
}
