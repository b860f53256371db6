import { once } from "node:events";
import type { Server } from "node:net";
import { systemError } from "../errors/system-error.ts";

/** Makes the server listen at exactly the path `name`. Throws ERR_IPC_PATH_IN_USE, ERR_IPC_PATH_INVALID or ERR_IPC_RESOURCES. */
export async function listenAt(server: Server, name: string): Promise<void> {
  try {
    server.listen({ path: name, exclusive: true });
    await once(server, "listening");
  } catch (cause) {
    throw cannotBind(name, cause);
  }
}

/** Returns the error for a path that cannot be bound. */
export function cannotBind(path: string, cause: unknown): Error {
  const { code } = cause as NodeJS.ErrnoException;
  const isTaken = code === "EADDRINUSE" || code === "EEXIST";
  return isTaken
    ? systemError("ERR_IPC_PATH_IN_USE", `${path} already exists`, cause)
    : systemError("ERR_IPC_PATH_INVALID", `cannot create a socket at ${path}`, cause);
}

/** Stops listening. Does not wait for open connections, which have other owners. */
export function closeServer(server: Server): void {
  if (server.listening) server.close();
}
