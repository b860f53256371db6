import { IPCChannelError } from "../errors/ipc-channel-error.ts";
import { rejectsInTurn } from "../queue/settle-in-turn.ts";
import { type Closable, Listener, type ListenerOptions } from "./listener.ts";

/** Listens at a path until the first channel is admitted, and stops listening. Rejects as {@link Listener.listen} does, and with `signal.reason`. */
export async function acceptFirst<C extends Closable>(path: string, options: ListenerOptions<C>): Promise<C> {
  const listener = await rejectsInTurn(Listener.listen(path, options));
  try {
    const first = await listener.iterate({ signal: options.signal }).next();
    if (first.done) throw new IPCChannelError("ERR_IPC_CLOSED", "the listener was closed");
    return first.value;
  } finally {
    await listener.close();
  }
}
