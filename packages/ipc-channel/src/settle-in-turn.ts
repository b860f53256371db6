/** How long awaited calls may occupy one turn of the event loop, in ms. */
const longestTurn = 2;

/** When the current turn began, in ms of `performance.now()`; `undefined` while nothing has been settled in it. */
let turnStart: number | undefined;

/** Settlements postponed to the next turn of the event loop, in order. */
const postponed: (() => void)[] = [];

/**
 * Runs `settle` now, or in the next turn of the event loop once settlements have filled this turn for 2 ms.
 *
 * An `await` of a settled promise resumes in a microtask, so a loop over such calls never returns to the event loop and
 * blocks timers, sockets and signals. Settlements keep their order.
 */
export function settleInTurn(settle: () => void): void {
  if (isTurnOver()) postponed.push(settle);
  else settle();
}

/** Returns a promise that {@link settleInTurn} rejects. It never causes an unhandledRejection. */
export function rejectInTurn(error: unknown): Promise<never> {
  const rejected = new Promise<never>((_, reject) => settleInTurn(() => reject(error)));
  rejected.catch(() => {});
  return rejected;
}

/** Returns the same promise, but a rejection goes through {@link settleInTurn}. */
export async function rejectsInTurn<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    await new Promise<void>((resolve) => settleInTurn(resolve));
    throw error;
  }
}

/** Whether {@link settleInTurn} would postpone a settlement now. */
export function isTurnOver(): boolean {
  if (turnStart === undefined) {
    turnStart = performance.now();
    setImmediate(onTurn);
    return false;
  }
  return postponed.length > 0 || performance.now() - turnStart >= longestTurn;
}

function onTurn(): void {
  turnStart = undefined;
  for (const settle of postponed.splice(0)) settle();
}
