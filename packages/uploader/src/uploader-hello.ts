import { randomUUID } from "node:crypto";
import { clockId, type UploaderHello } from "@broadcast-ipc/protocol";

/** What a new uploader says of itself, on each of its connections. */
export function uploaderHello(name: string | undefined): UploaderHello {
  const clock = clockId();
  return {
    type: "hello",
    id: randomUUID(),
    ...(name !== undefined && { name }),
    ...(clock !== undefined && { clock }),
  };
}
