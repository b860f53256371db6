import type { Scheduler } from "@broadcast-ipc/protocol";

/** The monotonic clock and the timers of this process. The timers do not keep the process alive. */
export const nodeScheduler: Scheduler = {
  now: () => performance.now(),
  schedule: (callback, delay) => {
    const timer = setTimeout(callback, delay).unref();
    return () => clearTimeout(timer);
  },
};
