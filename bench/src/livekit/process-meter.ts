import { programUsage } from "../program-usage.ts";

/** CPU time and memory of one process in the measured time. */
export interface ProcessFigures {
  readonly cpuSeconds: number;
  /** CPU time of the program that captures; 0 if there is none. */
  readonly programCpuSeconds: number;
  /** Resident memory at the beginning and at the end of the measured time, in bytes. */
  readonly memoryAtStart: number;
  readonly memoryAtEnd: number;
}

/** Measures this process, and the program that captures for it, from the creation of the meter. */
export class ProcessMeter {
  readonly #programPid: number | undefined;
  readonly #cpu = process.cpuUsage();
  readonly #programCpu: number;
  readonly #memory = process.memoryUsage.rss();

  constructor(programPid?: number) {
    this.#programPid = programPid;
    this.#programCpu = cpuSecondsOf(programPid);
  }

  get figures(): ProcessFigures {
    const { user, system } = process.cpuUsage(this.#cpu);
    return {
      cpuSeconds: (user + system) / 1e6,
      programCpuSeconds: cpuSecondsOf(this.#programPid) - this.#programCpu,
      memoryAtStart: this.#memory,
      memoryAtEnd: process.memoryUsage.rss(),
    };
  }
}

function cpuSecondsOf(pid: number | undefined): number {
  return pid === undefined ? 0 : programUsage(pid).cpuSeconds;
}
