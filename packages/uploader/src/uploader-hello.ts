import { randomUUID } from "node:crypto";
import { clockId } from "@broadcast-ipc/clock";
import type { UploaderHello } from "@broadcast-ipc/protocol";

/** Creates the hello of a new uploader. All its connections send the same hello. */
export function uploaderHello(name: string | undefined): UploaderHello {
  const clock = clockId();
  return {
    type: "hello",
    id: randomUUID(),
    ...(name !== undefined && { name }),
    ...(clock !== undefined && { clock }),
  };
}
