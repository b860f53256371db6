/** A script for the captured page, bundled to a string by load-script.ts. */
declare module "*?script" {
  export const source: string;
}
