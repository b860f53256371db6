import type { Sharp } from "sharp";

interface Task {
  isWarned: boolean;
}

const underWay = new Set<Task>();

/**
 * Listens to the warnings of a pipeline. sharp keeps the warnings of all pipelines in one place, and the one that ends
 * next emits them, so each pipeline of this package has to be listened to.
 */
export function heedWarnings(pipeline: Sharp): Sharp {
  return pipeline.on("warning", () => {
    for (const task of underWay) task.isWarned = true;
  });
}

/** Waits for a pipeline that {@link heedWarnings} listens to; `isWarned` says whether it, or another one meanwhile, has warned. */
export async function withWarnings<T>(
  output: Promise<T>,
): Promise<{ readonly result: T; readonly isWarned: boolean }> {
  const task: Task = { isWarned: false };
  underWay.add(task);
  try {
    const result = await output;
    return { result, isWarned: task.isWarned };
  } finally {
    underWay.delete(task);
  }
}
