import * as v from "valibot";
import { bytesPerPixel, type PixelFormat } from "./pixel-format.ts";

/** A pixel format that this version knows. */
export const pixelFormatSchema: v.GenericSchema<unknown, PixelFormat> = v.picklist(
  Object.keys(bytesPerPixel) as PixelFormat[],
);
