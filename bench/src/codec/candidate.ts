/** One of several implementations of the same task, for example of encoding a JPEG. */
export interface Candidate {
  readonly name: string;
  /** Loads the candidate's packages and returns the function to measure. Rejects if a package is not installed. */
  open(): Promise<Run>;
}

/** Does the task once and resolves with the result. */
export type Run = () => Promise<{ readonly length: number }>;

/** Name of the candidate that the others are compared with. */
export const plainName: string = "plain sharp";
