/** A payload size of the transport measurements. */
export interface TransportSize {
  readonly label: string;
  /** Size of each payload, in bytes. */
  readonly size: number;
  /** Messages per run of a fast peer. */
  readonly count: number;
  /** Messages per run of a slow peer. */
  readonly slow: number;
}

export const transportSizes: readonly TransportSize[] = [
  { label: "64 B", size: 64, count: 1_000_000, slow: 200_000 },
  { label: "4 KiB", size: 4096, count: 300_000, slow: 50_000 },
  { label: "200 kB", size: 200_000, count: 20_000, slow: 2_000 },
  { label: "3.1 MB", size: 3_110_400, count: 1_500, slow: 100 },
  { label: "8.3 MB", size: 8_294_400, count: 600, slow: 100 },
];

/** Round trips per run. */
export const roundTrips: number = 20_000;
