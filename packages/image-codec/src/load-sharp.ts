import type Sharp from "sharp";
import { optionalPackage } from "./optional-package.ts";

/** Imports sharp when a picture first needs it: raw pictures must do without it. */
export const loadSharp: () => Promise<typeof Sharp> = optionalPackage("sharp", async () => {
  const module = await import("sharp");
  return module.default;
});
