import { existsSync, readdirSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const descriptorDirectory = "/proc/self/fd";

/** What a leak would raise, in this process. */
export interface Resources {
  /** 0 where the system does not tell. */
  readonly descriptors: number;
  readonly timers: number;
  /** Bytes of objects and buffers that can be reached. */
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
