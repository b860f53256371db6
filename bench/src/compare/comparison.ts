/** A figure of one run, with its value or the reason of its failure. */
export interface Figure {
  /** What was measured, with its unit. */
  readonly name: string;
  readonly better: "more" | "less";
  readonly value: number;
  readonly failure?: string | undefined;
}

/** A measurement that runs on two commits alternately. */
export interface Comparison {
  readonly part: string;
  readonly name: string;
  /** Size that selects this comparison on the command line. */
  readonly size?: string;
  /** Whether this comparison runs only if its size is named on the command line. */
  readonly onlyIfChosen?: boolean;
  /** Measures once, in processes that run the bench files in the folder `files`. Rejects if the measurement fails. */
  measure(files: URL): Promise<readonly Figure[]>;
}
