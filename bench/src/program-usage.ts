import { readFileSync } from "node:fs";

/** What a process uses: CPU time of all its threads since its start, and resident memory in bytes. */
export interface ProgramUsage {
  readonly cpuSeconds: number;
  readonly memory: number;
}

/** Clock ticks per second in `/proc/PID/stat`. Linux has the same value on all architectures that Node supports. */
const ticksPerSecond = 100;

export function programUsage(pid: number): ProgramUsage {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The second field is the program's name in parentheses and may contain spaces. utime and stime are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    memory: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024,
  };
}
