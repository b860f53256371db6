export { sharedMemory } from "./shared-memory.ts";
export type { SharedMemoryOptions } from "./shared-memory-options.ts";
