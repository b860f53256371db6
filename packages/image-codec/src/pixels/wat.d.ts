/** WebAssembly text; load-wat.ts assembles it when the package is built or tested. */
declare module "*.wat" {
  /** The WebAssembly binary in base64. */
  export const wasmBase64: string;
}
