/** A figure of one run: its value, or why there is none. */
export interface Figure {
  /** With its unit. */
  readonly name: string;
  readonly better: "more" | "less";
  readonly value: number;
  readonly failure?: string | undefined;
}

/** Something that is measured of two commits in turn. */
export interface Comparison {
  readonly part: string;
  readonly name: string;
  /** The size by which it is chosen on the command line, where it has one. */
  readonly size?: string;
  /** Whether it is measured only when its size is asked for. */
  readonly onlyIfChosen?: boolean;
  /** Runs once, in processes that run the bench's files in `files`. Rejects where it cannot. */
  measure(files: URL): Promise<readonly Figure[]>;
}
