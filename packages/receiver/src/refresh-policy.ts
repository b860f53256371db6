type UncheckedMetadata =
  | { readonly encoding?: unknown; readonly delta?: { readonly base?: unknown } | null }
  | null
  | undefined;

/**
 * Decides whether to request a key frame after an undecodable frame. After a request, makes no further request until a
 * frame decodes or a delta-encoded key frame arrives, so that undecodable frames do not cause a request loop.
 */
export class RefreshPolicy {
  /**
   * Whether a key frame was requested or is expected. `false` again once a frame was decoded or a delta-encoded key frame
   * has arrived.
   */
  isPending = false;

  /** Returns `true` if a key frame must be requested because of this undecodable frame. */
  isRequestNeeded(metadata: unknown, error: unknown): boolean {
    if (this.isPending) {
      // If the requested key frame is undecodable, only a later frame that builds on it causes another request.
      if (isWholeDelta(metadata)) this.isPending = false;
      return false;
    }
    this.isPending = isBaseMissing(metadata, error);
    return this.isPending;
  }
}

/** Whether later frames will fail like this undecodable one, because they build on it or on the same missing base. */
export function isBaseMissing(metadata: unknown, error: unknown): boolean {
  const isDelta = (metadata as UncheckedMetadata)?.encoding === "delta";
  return isDelta || (error as { readonly code?: unknown } | null)?.code === "ERR_IMAGE_MISSING_BASE";
}

/** Whether this is the metadata of a delta-encoded key frame, on which later frames may build. */
export function isWholeDelta(metadata: unknown): boolean {
  const { encoding, delta } = (metadata as UncheckedMetadata) ?? {};
  return encoding === "delta" && (delta?.base ?? undefined) === undefined;
}
