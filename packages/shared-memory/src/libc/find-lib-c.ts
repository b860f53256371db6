import { koffiCalls } from "./koffi-calls.ts";
import { LibC } from "./lib-c.ts";
import type { NativeCalls } from "./native-calls.ts";
import { nodeFFICalls } from "./node-ffi-calls.ts";
import { testViews } from "./test-views.ts";

/** The C library, or why it cannot be used in this process. */
export type LibCResult = { readonly libc: LibC } | { readonly reason: string };

/** What {@link findLibC} reads of the process. */
export interface Runtime {
  readonly platform: string;
  readonly arch: string;
  readonly versions: Readonly<Record<string, string | undefined>>;
}

/** Architectures on which the constants and calling conventions of {@link LibC} hold. */
const architectures = ["x64", "arm64", "riscv64", "loong64", "ppc64", "s390x"];

let found: LibCResult | undefined;

/**
 * Returns the C library, through `node:ffi` if the runtime has it and else through the package koffi, or the reason why
 * shared memory cannot be used. The first call loads the library and tests it on one page of memory; further calls return
 * the same result.
 */
export function findLibC(): LibCResult {
  found ??= loadLibC(process, [nodeFFICalls, koffiCalls]);
  return found;
}

/** Why this runtime cannot use shared memory at all; `undefined` if it may. */
function runtimeObstacle({ platform, arch, versions }: Runtime): string | undefined {
  // Bun crashes as soon as koffi is loaded, so the test of the memory would come too late.
  if (versions.bun !== undefined) return "Bun is not supported";
  if (versions.deno !== undefined) return "Deno is not supported";
  if (platform !== "linux") return `shared memory needs Linux, and this is ${platform}`;
  if (!architectures.includes(arch)) return `the architecture ${arch} is not supported`;
  // Before Node 22 a view of native memory cannot be detached, so a view would outlive its payload.
  const major = Number.parseInt(versions.node ?? "0", 10);
  return major < 22 ? `shared memory needs Node 22 or later, and this is Node ${versions.node}` : undefined;
}

/** Returns the first C library that works, or the reasons. Each of `candidates` returns `undefined` if the runtime lacks it. */
export function loadLibC(
  runtime: Runtime,
  candidates: readonly (() => NativeCalls | undefined)[],
): LibCResult {
  const obstacle = runtimeObstacle(runtime);
  if (obstacle !== undefined) return { reason: obstacle };
  const failures: string[] = [];
  for (const candidate of candidates) {
    try {
      const native = candidate();
      if (native === undefined) continue;
      const libc = new LibC(native);
      testViews(libc);
      return { libc };
    } catch (error) {
      failures.push(explain(error));
    }
  }
  return { reason: failures.join("; ") };
}

function explain(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "MODULE_NOT_FOUND" && message.includes("'koffi'")) {
    return "the package koffi is not installed: run npm install koffi, or use Node 26.10 or later";
  }
  return message.split("\n", 1)[0] as string;
}
