import { existsSync, readdirSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const descriptorDirectory = "/proc/self/fd";

/** The resources of this process that a leak would raise. */
export interface Resources {
  /** 0 if the system has no list of them. */
  readonly descriptors: number;
  readonly timers: number;
  /** Bytes of reachable objects and buffers. */
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
