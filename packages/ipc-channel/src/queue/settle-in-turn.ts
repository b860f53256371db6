/** How long settlements may occupy one turn of the event loop, in ms. Later settlements are postponed to the next turn. */
const longestTurn = 2;

/** When {@link onTurn} last ran, in ms of `performance.now()`. */
let lastTurn = Number.NEGATIVE_INFINITY;

/** When {@link onTurn} was scheduled, in ms of `performance.now()`; `undefined` if it is not scheduled. */
let waitStart: number | undefined;

/** Settlements postponed to the next turn of the event loop, in order. */
const postponed: (() => void)[] = [];

/**
 * Runs `settle` now, or in the next turn of the event loop if settlements have already filled the current turn. Settlements
 * delay timers by about 4 ms, plus the caller's own work between two calls. Settlements keep their order.
 *
 * An `await` of a settled promise resumes in a microtask. So a loop that awaits only settled promises never returns to the
 * event loop, and blocks timers, sockets and signals.
 *
 * @internal For packages that are built on this one.
 */
export function settleInTurn(settle: () => void): void;
export function settleInTurn<T>(settle: (value: T) => void, value: T): void;
export function settleInTurn<T>(settle: (value?: T) => void, value?: T): void {
  if (isTurnOver()) postpone(() => settle(value));
  else settle(value);
}

/** Returns a promise that {@link settleInTurn} rejects. The promise never causes an unhandledRejection. */
export function rejectInTurn(error: unknown): Promise<never> {
  const rejected = new Promise<never>((_, reject) => settleInTurn(reject, error));
  rejected.catch(() => {});
  return rejected;
}

/** Settles as `promise` does, but rejects through {@link settleInTurn}. */
export async function rejectsInTurn<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    await new Promise<void>((resolve) => settleInTurn(resolve));
    throw error;
  }
}

/**
 * Whether {@link settleInTurn} would postpone a settlement now. Each call counts as one settlement.
 */
export function isTurnOver(): boolean {
  if (postponed.length > 0) return true;
  if (unclocked > 0) {
    unclocked--;
    return false;
  }
  const now = performance.now();
  const isOver = waitStart !== undefined && now - waitStart >= longestTurn;
  // Reading the clock takes longer than delivering a message, so calls in quick succession share a reading.
  if (!isOver && now - lastReading < quickSuccession) unclocked = sharedReadings;
  lastReading = now;
  // A pending immediate keeps the event loop from waiting for more bytes, and would split large reads into small ones. One
  // immediate every 2 ms is enough.
  if (waitStart === undefined && now - lastTurn >= longestTurn) {
    waitStart = now;
    setImmediate(onTurn);
  }
  return isOver;
}

/** Runs `settle` in the next turn of the event loop. Must only be called when {@link isTurnOver} has returned true. */
export function postpone(settle: () => void): void {
  postponed.push(settle);
}

/** Calls that are less than this many ms apart share a reading of the clock. */
const quickSuccession = 0.02;
const sharedReadings = 7;

let lastReading = 0;
/** How many more calls use the last reading of the clock. */
let unclocked = 0;

function onTurn(): void {
  lastTurn = performance.now();
  waitStart = undefined;
  unclocked = 0;
  for (const settle of postponed.splice(0)) settle();
}
