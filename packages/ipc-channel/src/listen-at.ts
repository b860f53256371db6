import { once } from "node:events";
import type { Server } from "node:net";
import { systemError } from "./system-error.ts";

/** Binds the server to this very name and listens. Throws ERR_IPC_PATH_IN_USE, ERR_IPC_PATH_INVALID or ERR_IPC_RESOURCES. */
export async function listenAt(server: Server, name: string): Promise<void> {
  try {
    server.listen({ path: name, exclusive: true });
    await once(server, "listening");
  } catch (cause) {
    throw cannotBind(name, cause);
  }
}

/** The error for a path that cannot be bound. */
export function cannotBind(path: string, cause: unknown): Error {
  const { code } = cause as NodeJS.ErrnoException;
  const isTaken = code === "EADDRINUSE" || code === "EEXIST";
  return isTaken
    ? systemError("ERR_IPC_PATH_IN_USE", `something else is at ${path}`, cause)
    : systemError("ERR_IPC_PATH_INVALID", `no socket can be made at ${path}`, cause);
}

/** Stops listening. The connections have owners of their own, and are not waited for. */
export function closeServer(server: Server): void {
  if (server.listening) server.close();
}
