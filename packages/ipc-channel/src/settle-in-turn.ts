/** The longest that awaited calls may keep one turn of the event loop to themselves, in ms. */
const longestTurn = 2;

/** When the current turn began, in ms of `performance.now()`; `undefined` while nothing has been settled in it. */
let turnStart: number | undefined;

/** Settlements put off until the event loop has turned, in order. */
const postponed: (() => void)[] = [];

/**
 * Runs `settle` now, or in the next turn of the event loop once settlements have filled this turn for 2 ms.
 *
 * A promise that is already settled resumes its `await` in a microtask, so a loop over such calls never returns to the
 * event loop: timers, sockets and signals would wait for as long as it runs. Settlements keep their order.
 */
export function settleInTurn(settle: () => void): void {
  if (isTurnOver()) postponed.push(settle);
  else settle();
}

/** A promise that rejects, through {@link settleInTurn}; where nobody awaits it, it stays silent. */
export function rejectInTurn(error: unknown): Promise<never> {
  const rejected = new Promise<never>((_, reject) => settleInTurn(() => reject(error)));
  rejected.catch(() => {});
  return rejected;
}

/** Whether {@link settleInTurn} would put off a settlement now. */
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
