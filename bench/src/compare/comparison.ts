/** A figure of one run: its value, or why there is none. */
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
  /** The size that selects it on the command line, if it has one. */
  readonly size?: string;
  /** Whether it runs only if its size is named on the command line. */
  readonly onlyIfChosen?: boolean;
  /** Runs once, in processes that run the bench's files in `files`. Rejects if it fails. */
  measure(files: URL): Promise<readonly Figure[]>;
}
