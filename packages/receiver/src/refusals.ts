import { warnOfFailure } from "@broadcast-ipc/protocol";

/** What a peer that just went away is refused for: no failure of anybody's. */
const departures = new Set<unknown>(["ERR_IPC_CLOSED", "ERR_IPC_TRUNCATED_MESSAGE"]);

/** Who is told of peers that are turned away at a path: `onRefused`, or else a process warning, once for each reason. */
export function refusals(
  path: string,
  onRefused: ((error: unknown) => void) | undefined,
): (error: unknown) => void {
  if (onRefused) return onRefused;
  const place = {
    id: `path ${path}`,
    label: `receiver at ${path}`,
    detail: 'This is told once for each reason. The option "onRefused" is told of each uploader.',
  };
  return (error) => {
    if (!departures.has((error as { readonly code?: unknown }).code)) warnOfFailure(error, place);
  };
}
