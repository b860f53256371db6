/** Reads a file of /proc or /sys as text. Returns `undefined` if it cannot be read. */
export type ReadText = (path: string) => string | undefined;

/** An upper bound for the size of a region. */
export interface Bound {
  /** The largest region that the bound allows, in bytes. Negative if there is no room at all. */
  readonly bytes: number;
  /** What sets the bound, for people to read. */
  readonly what: string;
}

/** Memory that a region leaves free, in bytes. The process needs some to handle what it receives. */
export const reserveBytes: number = 32 * 1024 * 1024;
