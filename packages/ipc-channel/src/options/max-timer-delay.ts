/**
 * The longest delay of a Node timer, in ms. A timer with a longer delay fires at once.
 *
 * @internal For packages that are built on this one.
 */
export const maxTimerDelay: number = 2 ** 31 - 1;
