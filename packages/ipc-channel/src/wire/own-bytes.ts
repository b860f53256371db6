/**
 * Bytes in an ArrayBuffer: the type `Uint8Array<ArrayBuffer>`, in words that TypeScript before 5.7 understands too.
 */
export type OwnBytes = ReturnType<typeof Uint8Array.of>;
