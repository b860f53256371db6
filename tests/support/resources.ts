import { existsSync, readdirSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const descriptorDirectory = "/proc/self/fd";

/** Resources of this process that grow if something leaks. */
export interface Resources {
  /** Number of open descriptors; 0 if the system has no /proc/self/fd. */
  readonly descriptors: number;
  readonly timers: number;
  /** Bytes of heap objects and buffers after garbage collection. */
  readonly memory: number;
}

export function resources(): Resources {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return {
    descriptors: existsSync(descriptorDirectory) ? readdirSync(descriptorDirectory).length : 0,
    timers: process.getActiveResourcesInfo().filter((name) => name === "Timeout").length,
    memory: heapUsed + external,
  };
}

function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}
