import { warnOfFailure } from "@broadcast-ipc/protocol";

/** Codes of peers that left by themselves, which is not a failure. */
const departures = new Set<unknown>(["ERR_IPC_CLOSED", "ERR_IPC_TRUNCATED_MESSAGE"]);

/** Returns the handler for peers that are refused at a path: `onRefused`, or a process warning, once for each reason. */
export function refusals(
  path: string,
  onRefused: ((error: unknown) => void) | undefined,
): (error: unknown) => void {
  if (onRefused) return onRefused;
  const place = {
    id: `path ${path}`,
    label: `receiver at ${path}`,
    detail:
      'This warning appears once for each reason. The option "onRefused" is called for each refused uploader.',
  };
  return (error) => {
    if (!departures.has((error as { readonly code?: unknown }).code)) warnOfFailure(error, place);
  };
}
