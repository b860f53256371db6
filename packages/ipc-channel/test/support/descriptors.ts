import { existsSync, readdirSync } from "node:fs";

const directory = "/proc/self/fd";

/** Whether this system lists open descriptors. */
export const listsDescriptors: boolean = existsSync(directory);

/** Returns the number of open descriptors of this process; 0 if the system does not list them. */
export function descriptors(): number {
  return listsDescriptors ? readdirSync(directory).length : 0;
}

/** Waits until at most this many descriptors are open. A leaked descriptor makes the test time out. */
export async function untilDescriptors(count: number): Promise<void> {
  while (descriptors() > count) await new Promise((resolve) => setImmediate(resolve));
}
