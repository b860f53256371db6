import type { RawImageMetadata } from "./image-metadata.ts";

/** An uncompressed picture whose data is known to hold every row. */
export interface RawPicture {
  readonly metadata: RawImageMetadata;
  readonly data: Uint8Array;
}
