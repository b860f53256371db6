/** One implementation of work that several candidates can do. */
export interface Candidate {
  readonly name: string;
  /** Loads the candidate's packages and returns the function to measure. Rejects if a package is not installed. */
  open(): Promise<Run>;
}

/** Runs the candidate once and returns its result. */
export type Run = () => Promise<{ readonly length: number }>;

/** Name of the candidate that the others are compared with. */
export const plainName: string = "plain sharp";
