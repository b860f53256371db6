import type { PayloadRoute } from "@broadcast-ipc/ipc-channel";
import { findLibC } from "../../src/libc/find-lib-c.ts";
import type { LibC } from "../../src/libc/lib-c.ts";
import { SharedMemoryRoute } from "../../src/route/shared-memory-route.ts";
import { type SharedMemoryOptions, sharedMemorySettings } from "../../src/shared-memory-options.ts";

/** The C library of this process. Throws if there is none. */
export function theLibC(): LibC {
  const found = findLibC();
  if ("reason" in found) throw new Error(found.reason);
  return found.libc;
}

/** Why shared memory cannot be tested in this process; an empty string if it can. */
export const noSharedMemory: string = ((found) => ("reason" in found ? found.reason : ""))(findLibC());

/** A route whose headers go to `send`. It accepts payloads up to 1 MiB. */
export function loneRoute(options: SharedMemoryOptions, send: (header: unknown) => void): PayloadRoute {
  return new SharedMemoryRoute(theLibC(), sharedMemorySettings(options), { send, maxPayloadBytes: 2 ** 20 });
}

if (noSharedMemory) console.warn(`Skipping tests of shared memory: ${noSharedMemory}`);

export interface LinkedRoutes {
  readonly sender: PayloadRoute;
  readonly receiver: PayloadRoute;
  /** Every header, in order, with the route that sent it. */
  readonly headers: [from: "sender" | "receiver", header: Record<string, unknown>][];
  /** Resolves when all headers have arrived. */
  settle(): Promise<void>;
}

/** Two routes whose headers arrive at the other one in a later microtask. */
export function linkedRoutes(
  options: SharedMemoryOptions = {},
  peerOptions: SharedMemoryOptions = options,
): LinkedRoutes {
  const headers: LinkedRoutes["headers"] = [];
  const routes = new Map<string, PayloadRoute>();
  let pending = 0;
  const open = (from: "sender" | "receiver", to: string, own: SharedMemoryOptions) => {
    const send = (header: unknown) => {
      headers.push([from, header as Record<string, unknown>]);
      pending++;
      queueMicrotask(() => {
        pending--;
        routes.get(to)?.receive(header);
      });
    };
    const route = loneRoute(own, send);
    routes.set(from, route);
    return route;
  };
  const sender = open("sender", "receiver", options);
  const receiver = open("receiver", "sender", peerOptions);
  const settle = async () => {
    do await new Promise((resolve) => setImmediate(resolve));
    while (pending > 0);
  };
  return { sender, receiver, headers, settle };
}
