import { existsSync, readdirSync } from "node:fs";

const directory = "/proc/self/fd";

/** Whether this system tells which descriptors are open. */
export const tellsDescriptors: boolean = existsSync(directory);

/** How many descriptors this process has open; 0 where the system does not tell. */
export function descriptors(): number {
  return tellsDescriptors ? readdirSync(directory).length : 0;
}

/** Waits until no more than these are open; a descriptor that is leaked makes the test time out. */
export async function untilDescriptors(count: number): Promise<void> {
  while (descriptors() > count) await new Promise((resolve) => setImmediate(resolve));
}
