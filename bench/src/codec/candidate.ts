/** One way to do something, measured against the others. */
export interface Candidate {
  readonly name: string;
  /** Loads the candidate's packages and returns the function to measure. Rejects if a package is not installed. */
  open(): Promise<Run>;
}

/** Runs the candidate once and returns its result. */
export type Run = () => Promise<{ readonly length: number }>;

/** The candidate that the others are compared with. */
export const plainName: string = "plain sharp";
