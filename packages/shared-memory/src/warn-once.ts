let isWarned = false;

/** Prints once per process that large payloads travel in the stream, and why. `stats()` of each channel has its own reason. */
export function warnOnce(reason: string): void {
  if (isWarned) return;
  isWarned = true;
  process.emitWarning(`Large payloads travel through the socket: ${reason}`, {
    type: "SharedMemoryWarning",
    code: "BROADCAST_IPC_SHARED_MEMORY",
  });
}
