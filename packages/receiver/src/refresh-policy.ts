type UncheckedMetadata =
  | { readonly encoding?: unknown; readonly delta?: { readonly base?: unknown } | null }
  | null
  | undefined;

/**
 * Decides after an undecodable frame whether to request a whole one. It requests one frame until a frame decodes again, so
 * that frames that can never be decoded are not requested in a loop.
 */
export class RefreshPolicy {
  /** Whether a whole frame is requested, or comes by itself, and no frame has been decoded since. */
  isPending = false;

  /** Returns `true` if a whole frame has to be requested because of this undecodable frame. */
  isRequestNeeded(metadata: unknown, error: unknown): boolean {
    if (this.isPending) {
      // If the requested frame itself is undecodable, only a later frame that builds on it causes another request.
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

/** Whether this is the metadata of a delta-encoded frame without a base, on which later frames may build. */
export function isWholeDelta(metadata: unknown): boolean {
  const { encoding, delta } = (metadata as UncheckedMetadata) ?? {};
  return encoding === "delta" && (delta?.base ?? undefined) === undefined;
}
