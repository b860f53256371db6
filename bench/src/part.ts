/** Options from the command line. */
export interface BenchOptions {
  /** Number of times that each peer of the transport is measured. */
  readonly runs: number;
  /** Measured duration of a live run, in seconds. */
  readonly seconds: number | undefined;
  /** Whether the row of this name is measured. */
  readonly isChosen: (name: string) => boolean;
  /** Whether the size with this label is measured. */
  readonly isSizeChosen: (label: string) => boolean;
}

/** A part of the bench. Its results are one section of the page. */
export interface Part {
  readonly name: string;
  /** Heading of the section. */
  readonly title: string;
  /** Loads the part's packages and measures. Resolves with paragraphs and tables in Markdown. */
  run(options: BenchOptions): Promise<readonly string[]>;
}
