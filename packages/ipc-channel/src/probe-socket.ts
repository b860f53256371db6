import { once } from "node:events";
import { connect } from "node:net";
import { withShortAlias } from "./short-alias.ts";
import { errnoOf, lacksResources, systemError } from "./system-error.ts";

/** What {@link probeSocket} finds. */
export type ProbeResult =
  /** A process listens, or connecting fails in a way that does not rule that out; `cause` says how it failed. */
  | { readonly state: "held"; readonly cause: unknown }
  /** The socket refuses connections: no process has it open any more. */
  | { readonly state: "refuses" }
  /** Nothing is there. */
  | { readonly state: "missing" };

/** Connects to a socket file to see whether a process listens. Throws ERR_IPC_RESOURCES where that cannot be tried for lack of resources. */
export function probeSocket(path: string): Promise<ProbeResult> {
  return withShortAlias(path, 0, async (name): Promise<ProbeResult> => {
    const socket = connect({ path: name });
    try {
      await once(socket, "connect");
      return { state: "held", cause: undefined };
    } catch (cause) {
      if (lacksResources(cause)) throw systemError("ERR_IPC_RESOURCES", `cannot connect to ${path}`, cause);
      const errno = errnoOf(cause);
      if (errno === "ECONNREFUSED") return { state: "refuses" };
      return errno === "ENOENT" ? { state: "missing" } : { state: "held", cause };
    } finally {
      socket.destroy();
    }
  });
}
