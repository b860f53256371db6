/** One way to do something, measured beside the others. */
export interface Candidate {
  readonly name: string;
  /** Loads what it needs; gives what is measured. A candidate whose package is not installed rejects here. */
  open(): Promise<Run>;
}

/** Does it once; gives what it made. */
export type Run = () => Promise<{ readonly length: number }>;

/** The candidate that the others are compared with. */
export const plainName: string = "plain sharp";
