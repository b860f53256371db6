import type { IPCChannel } from "@broadcast-ipc/ipc-channel";
import type { FrameReport } from "./frame-parameters.ts";

/** Measures the frames and the CPU time of this process from {@link start} to {@link report}. */
export class FrameMeter {
  readonly #channel: IPCChannel<unknown, unknown>;
  readonly #direction: "sent" | "received";
  #startedAt = 0;
  #cpu = process.cpuUsage();
  #sharedBefore = 0;
  #frames = 0;

  constructor(channel: IPCChannel<unknown, unknown>, direction: "sent" | "received") {
    this.#channel = channel;
    this.#direction = direction;
  }

  count(): void {
    this.#frames++;
  }

  start(): void {
    this.#frames = 0;
    this.#sharedBefore = this.#shared;
    this.#cpu = process.cpuUsage();
    this.#startedAt = performance.now();
  }

  report(): FrameReport {
    const { user, system } = process.cpuUsage(this.#cpu);
    const { via = "socket", reason } = this.#channel.stats().payloads ?? {};
    return {
      type: "report",
      seconds: (performance.now() - this.#startedAt) / 1000,
      cpuSeconds: (user + system) / 1e6,
      frames: this.#frames,
      shared: this.#shared - this.#sharedBefore,
      via,
      reason,
    };
  }

  get #shared(): number {
    return this.#channel.stats().payloads?.[this.#direction].messages ?? 0;
  }
}
