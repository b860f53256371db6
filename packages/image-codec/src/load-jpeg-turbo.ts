import type JpegTurbo from "@julusian/jpeg-turbo";
import { optionalPackage } from "./optional-package.ts";

/** Imports the binding of libjpeg-turbo when a picture first needs it. */
export const loadJpegTurbo: () => Promise<typeof JpegTurbo> = optionalPackage(
  "@julusian/jpeg-turbo",
  async () => {
    const module = await import("@julusian/jpeg-turbo");
    return module.default;
  },
);
