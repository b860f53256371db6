/** WebAssembly text, which load-wat.ts assembles when the package is built or tested. */
declare module "*.wat" {
  /** The WebAssembly binary in base64. */
  export const wasmBase64: string;
}
