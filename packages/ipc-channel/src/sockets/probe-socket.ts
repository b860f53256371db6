import { once } from "node:events";
import { connect } from "node:net";
import { errnoOf, lacksResources, systemError } from "../errors/system-error.ts";
import { withShortAlias } from "../paths/short-alias.ts";

/** The result of {@link probeSocket}. */
export type ProbeResult =
  /** A process listens, or connecting failed with `cause` and a process may still listen. */
  | { readonly state: "held"; readonly cause: unknown }
  /** The socket refuses connections, because no process has it open. */
  | { readonly state: "refuses" }
  /** No file has this path. */
  | { readonly state: "missing" };

/** Connects to a socket file to find out whether a process listens. Throws ERR_IPC_RESOURCES if this process lacks descriptors or memory for that. */
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
